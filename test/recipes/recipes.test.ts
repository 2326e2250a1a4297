import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { isProperty } from '@meetbrug/protocols/properties';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startRecipeCloud, THERMOMETERS } from './recipe-cloud.ts';

const RECIPES = fileURLToPath(new URL('../../deploy/recipes/', import.meta.url));
const recipe = (name: string) => readFileSync(join(RECIPES, name), 'utf8');
const DAY_MS = 86_400_000;
const KEYS = THERMOMETERS.map(({ datastream }) => datastream);

let folder: string;
let cloud: Cloud;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meetbrug-recipes-'));
  cloud = await startRecipeCloud(folder);
}, 60_000);

afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Debian's own interpreters: another one on the path may lack the packages. */
async function run(program: string, script: string): Promise<string> {
  const environment = { PATH: '/usr/bin:/bin', HOME: folder, LANG: 'C.UTF-8', MEETBRUG_URL: cloud.publicBaseUrl };
  const options = { env: environment, timeout: 60_000 };
  const { stdout } = await promisify(execFile)(program, [join(RECIPES, script)], options);
  return stdout;
}

const linesOf = (csv: string) => csv.trim().split(/\r?\n/);

describe('the recipe for', () => {
  test.each(['hourly-means.py', 'hourly-means.R'])('%s has ten lines at most', (script) => {
    const code = linesOf(recipe(script)).filter((line) => !/^(?:#|"""|$)/.test(line));
    expect(code.length).toBeLessThanOrEqual(10);
  });

  test('pandas gives a week of hourly means, one column a datastream', async () => {
    const [header = '', ...rows] = linesOf(await run('/usr/bin/python3', 'hourly-means.py'));
    expect(header.split(',')).toEqual(['begin', ...KEYS]);
    expect(rows.length).toBeGreaterThan(140);
    const values = rows.flatMap((row) => row.split(',').slice(1).map(Number));
    expect(new Set(values)).toEqual(new Set([15, 21, 27, 32]));
  }, 90_000);

  test('R gives the lowest and highest hour of each datastream', async () => {
    const [header = '', ...rows] = linesOf(await run('/usr/bin/Rscript', 'hourly-means.R'));
    expect(header).toContain('lowest');
    expect(rows.map((row) => row.replaceAll('"', '').split(',').slice(0, 3))).toEqual(
      KEYS.map((key) => [key, '15', '32']),
    );
  }, 90_000);

  test('Excel gives semicolons, decimal commas and a byte order mark', async () => {
    const address = /https:\/\/meetbrug\.example(\S+locale=nl\S*)/.exec(recipe('README.md'))?.[1] ?? expect.fail();
    const body = new Uint8Array(await (await fetch(cloud.publicBaseUrl + address)).arrayBuffer());
    expect([...body.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const [header = '', first = ''] = linesOf(new TextDecoder().decode(body));
    expect(header).toContain(';mean;max;');
    expect(first).toMatch(/;\d+,\d+;/);
  });
});

interface Target {
  readonly type: string;
  readonly url: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly columns: readonly { readonly selector: string; readonly type: 'timestamp' | 'string' | 'number' }[];
}
interface Panel {
  readonly title: string;
  readonly targets: readonly Target[];
}
interface Dashboard {
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
  readonly panels: readonly Panel[];
}

describe('the dashboard for Grafana', () => {
  const dashboard = JSON.parse(recipe('grafana/dashboards/meetbrug.json')) as Dashboard;
  const variables = new Map(dashboard.templating.list.map(({ name, query }) => [name, query.split(',')]));

  /** As Grafana fills its variables in, each with its first choice. */
  function filledIn(url: string): string {
    const nowMs = Date.now();
    const filled = url
      .replace(/\$\{__from:date:iso\}/, new Date(nowMs - 7 * DAY_MS).toISOString())
      .replace(/\$\{__to:date:iso\}/, new Date(nowMs).toISOString())
      .replace(/\$\{(\w+)\}/g, (_, name: string) => variables.get(name)?.[0] ?? expect.fail(name));
    expect(filled).not.toContain('$');
    return filled;
  }

  test('uses the data source that is provisioned, at the address of the cloud', () => {
    const { datasources } = parse(recipe('grafana/provisioning/datasources/meetbrug.yaml'));
    const [{ type, uid, url }] = datasources;
    expect(url).toMatch(/^\$\{MEETBRUG_URL\}$/);
    for (const { targets } of dashboard.panels)
      expect(targets.map(({ datasource }) => datasource)).toEqual([{ type, uid }]);
  });

  test.each(dashboard.panels.map(({ title, targets }) => [title, targets[0] ?? expect.fail()] as const))(
    'gets rows for the panel "%s", with the columns that it reads',
    async (_, target) => {
      const response = await fetch(cloud.publicBaseUrl + filledIn(target.url));
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        expect.stringContaining('text/csv'),
      ]);
      const [header = '', ...rows] = linesOf(await response.text());
      expect(rows.length).toBeGreaterThan(0);
      const names = header.split(',');
      for (const { selector, type } of target.columns) {
        const column = names.indexOf(selector);
        expect([selector, column]).not.toEqual([selector, -1]);
        const cell = rows[0]?.split(',')[column] ?? '';
        expect(cell).not.toBe('');
        if (type === 'number') expect(Number(cell)).not.toBeNaN();
        if (type === 'timestamp') expect(Date.parse(cell)).not.toBeNaN();
      }
    },
  );

  test('has choices that the catalogue of properties and the API know', async () => {
    for (const property of variables.get('property') ?? []) expect(isProperty(property)).toBe(true);
    for (const every of variables.get('every') ?? []) {
      const query = `property=air-temperature&every=${every}&aggregate=mean&format=csv`;
      expect((await fetch(`${cloud.publicBaseUrl}/api/v1/observations?${query}`)).status).toBe(200);
    }
    expect([...variables.keys()]).toEqual(['property', 'every']);
  });
});

describe('the requests of QGIS', () => {
  const block = /```http\n([\s\S]*?)```/.exec(recipe('qgis.md'))?.[1] ?? '';
  const requests = block
    .trim()
    .split('\n')
    .map((line) => line.replace('GET ', ''));
  const get = async (target: string) => {
    const response = await fetch(encodeURI(cloud.publicBaseUrl + target));
    expect([target, response.status]).toEqual([target, 200]);
    return response.json() as Promise<{ value: Record<string, unknown>[]; '@iot.count'?: number }>;
  };

  test('are those of the recipe: the root, a count, pages, an extent and what hangs on the points', async () => {
    expect(requests).toHaveLength(5);
    const [root = '', count = '', page = '', extent = '', expanded = ''] = requests;
    expect(await get(root)).toHaveProperty('serverSettings');
    expect((await get(count))['@iot.count']).toBe(3);
    expect((await get(page)).value).toHaveLength(3);
    expect((await get(extent)).value.map(({ name }) => name)).toContain('Brug');
    const text = JSON.stringify((await get(expanded)).value);
    expect(text).toContain('"Observations":[{');
    expect(text).toContain('"result":');
  });
});
