import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig, parseConfig } from './load-config.ts';
import { configJsonSchema } from './write-schema.ts';

const MINIMAL = 'organisations: [{ name: demo, label: Demo }]\n';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meetbrug-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function detailOf(text: string): string {
  const parsed = parseConfig(text);
  return parsed.ok ? '' : parsed.fault.detail;
}

describe('the configuration', () => {
  test('needs no more than an organisation and listens on loopback only', () => {
    const parsed = parseConfig(MINIMAL);
    expect(parsed.ok && [parsed.value.http.host, parsed.value.mqtt.host]).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(parsed.ok && parsed.value.ldes).toMatchObject({ pageSize: 250, fanOut: 250, pollingIntervalSeconds: 5 });
  });

  test('lists every fault at once, each with its setting', () => {
    const detail = detailOf(`
http: { port: 70000 }
ldes: { pageSize: 0, fanout: 3 }
organisations: [{ name: all, label: All, streams: [weather] }]
edges: [{ name: e, organisation: nobody }]
`);
    for (const setting of [
      'http.port',
      'ldes.pageSize',
      'fanout',
      'organisations[0].streams[0]',
      'edges[0].secretFile',
    ]) {
      expect(detail).toContain(setting);
    }
  });

  test.each([
    ['a reserved organisation', 'organisations: [{ name: all, label: x }]', 'organisations[0].name: "all" is reserved'],
    ['an organisation that is there twice', 'organisations: [{ name: a, label: x }, { name: a, label: y }]', 'twice'],
    ['an edge of nobody', `${MINIMAL}edges: [{ name: e, organisation: x, secretFile: s }]`, 'edges[0].organisation'],
    ['a base URL with a slash at its end', `${MINIMAL}publicBaseUrl: https://x.example/`, 'publicBaseUrl'],
    ['a base URL of another scheme', `${MINIMAL}publicBaseUrl: ftp://x.example`, 'publicBaseUrl'],
    ['text that is no YAML', 'a: [', 'not YAML'],
    ['nothing at all', '', 'document'],
  ])('refuses %s', (_, text, expected) => {
    expect(detailOf(text)).toContain(expected);
  });

  test('reads the secrets of the edges from files beside it', () => {
    writeFileSync(join(folder, 'secret'), '0123456789abcdef0123\n');
    writeFileSync(join(folder, 'c.yaml'), `${MINIMAL}edges: [{ name: e, organisation: demo, secretFile: secret }]`);
    const loaded = loadConfig(join(folder, 'c.yaml'));
    expect(loaded.ok && loaded.value.edges).toEqual([
      { name: 'e', organisation: 'demo', secret: '0123456789abcdef0123' },
    ]);
  });

  test.each([
    ['missing', undefined, 'cannot be read'],
    ['too short to be one', 'admin', 'at least 16 characters'],
    ['empty', '', 'at least 16 characters'],
  ])('refuses a secret file that is %s, naming the setting', (_, content, expected) => {
    if (content !== undefined) writeFileSync(join(folder, 'secret'), content);
    writeFileSync(join(folder, 'c.yaml'), `${MINIMAL}edges: [{ name: e, organisation: demo, secretFile: secret }]`);
    const loaded = loadConfig(join(folder, 'c.yaml'));
    expect(loaded.ok ? '' : loaded.fault.detail).toMatch(new RegExp(`edges\\[0\\]\\.secretFile.*${expected}`, 's'));
  });

  test('says so when the file is not there', () => {
    expect(loadConfig(join(folder, 'none.yaml'))).toMatchObject({ ok: false, fault: { code: 'config-unreadable' } });
  });

  test('has a JSON schema beside it that is current', () => {
    const written = JSON.parse(readFileSync(new URL('cloud.schema.json', import.meta.url), 'utf8'));
    expect(written).toEqual(configJsonSchema());
  });
});
