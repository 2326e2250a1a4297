import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violationsIn } from './source-rules.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('the dependency rule', () => {
  let folder: string;
  let report: string;

  const planted: Record<string, string> = {
    'protocols/src/uses-disk.ts': "import { readFileSync } from 'node:fs';\nexport const x = readFileSync('a');\n",
    'protocols/src/uses-client.ts': "import mqtt from 'mqtt';\nexport const x = mqtt;\n",
    'protocols/src/uses-environment.ts': 'export const x = process.env;\n',
    'edge/src/uses-cloud.ts': "import { x } from '@meetbrug/cloud';\nexport const y = x;\n",
    'cloud/src/uses-edge.ts': "import { x } from '../../edge/src/uses-cloud.ts';\nexport const y = x;\n",
    'edge/src/one.ts': "import { two } from './two.ts';\nexport const one = () => two;\n",
    'edge/src/two.ts': "import { one } from './one.ts';\nexport const two = () => one;\n",
    'edge/src/fine.ts': "import { readFileSync } from 'node:fs';\nexport const x = readFileSync('a');\n",
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'meetbrug-rules-'));
    copyFileSync(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
    for (const [path, text] of Object.entries(planted)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const run = spawnSync(
      join(ROOT, 'node_modules/.bin/biome'),
      ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=200', '.'],
      { cwd: folder, encoding: 'utf8' },
    );
    report = run.stdout;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['protocols/src/uses-disk.ts', 'noNodejsModules'],
    ['protocols/src/uses-client.ts', 'noRestrictedImports'],
    ['protocols/src/uses-environment.ts', 'noRestrictedGlobals'],
    ['edge/src/uses-cloud.ts', 'noRestrictedImports'],
    ['cloud/src/uses-edge.ts', 'noRestrictedImports'],
    ['edge/src/one.ts', 'noImportCycles'],
  ])('refuses %s by %s', (path, rule) => {
    const found = (JSON.parse(report).diagnostics as { category: string; location: unknown }[]).filter(
      (one) => one.category?.endsWith(rule) && JSON.stringify(one.location).includes(path),
    );
    expect(found).not.toHaveLength(0);
  });

  it('lets the edge read the disk', () => {
    expect(report).not.toContain('edge/src/fine.ts');
  });
});

/** Each does I/O, so protocols cannot have it, and edge and cloud share nothing else. */
it.each(['src/audit/audit-folder.ts'])('edge and cloud have the same %s', (path) => {
  const textOf = (program: string) => readFileSync(join(ROOT, program, path), 'utf8');
  expect(textOf('edge')).toBe(textOf('cloud'));
});

describe('the source rules', () => {
  it.each([
    ['protocols/src/a.ts', 'const t = Date.now();'],
    ['protocols/src/a.ts', 'const r = Math.random();'],
    ['edge/package.json', '  "@meetbrug/cloud": "workspace:*"'],
    ['edge/src/a.test.ts', "it.only('x', () => {});"],
    ['cloud/src/a.ts', 'const x = y as any;'],
    ['pnpm-lock.yaml', '    resolution: {tarball: https://registry.example/x.tgz}'],
    ['edge/src/long.ts', 'x\n'.repeat(401)],
  ])('refuse %s with %j', (path, text) => {
    expect(violationsIn([{ path, text }])).toHaveLength(1);
  });

  it('accept a clock outside protocols', () => {
    expect(violationsIn([{ path: 'edge/src/a.ts', text: 'const t = Date.now();' }])).toEqual([]);
  });
});
