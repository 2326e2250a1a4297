import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { withFolder } from '../cloud/test-cloud.ts';
import { SHAPES } from './outside-cloud.ts';

const CLI = fileURLToPath(new URL('../../cloud/src/cli.ts', import.meta.url));
const STREAM = `{ organisation: demo, name: parking, title: Parkings, shapesFile: shapes.ttl }`;

test.each([
  ['is usable', STREAM, SHAPES, 0, 'is usable'],
  ['names shapes that are not there', STREAM, undefined, 1, 'outside[0].shapesFile: '],
  ['names shapes that are none', STREAM, '<a> <b> <c> .', 1, 'outside: shapesFile of demo/parking: '],
  [
    'fills a stream of sensors',
    STREAM.replace('parking', 'mobility'),
    SHAPES,
    1,
    'outside[0].name: is a stream of sensors',
  ],
  ['has it twice', `${STREAM}, ${STREAM}`, SHAPES, 1, 'outside[1].name: "demo/parking" is there twice'],
  ['is of nobody', STREAM.replace('demo', 'nobody'), SHAPES, 1, 'outside[0].organisation: "nobody" is not among'],
  [
    'uses a predicate twice',
    STREAM.replace('}', ", stampPredicate: 'http://purl.org/dc/terms/isVersionOf' }"),
    SHAPES,
    1,
    'outside[0].stampPredicate: is another predicate of the stream as well',
  ],
])('a configuration is checked that %s', async (_, streams, shapes, status, said) => {
  await withFolder(async (folder) => {
    const config = join(folder, 'cloud.yaml');
    writeFileSync(config, `organisations: [{ name: demo, label: Demo }]\noutside: [${streams}]\n`);
    if (shapes !== undefined) writeFileSync(join(folder, 'shapes.ttl'), shapes);
    const checked = spawnSync(process.execPath, [CLI, 'check', '--config', config], { encoding: 'utf8' });
    expect([checked.status, checked.stdout + checked.stderr]).toEqual([status, expect.stringContaining(said)]);
  });
});
