import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig, parseConfig } from './load-config.ts';

const ONE = `
organisations: [{ name: demo, label: Demo }]
outside: [{ organisation: demo, name: permits, title: Vergunningen }]`;
const OAUTH2 = "oauth2: { issuer: 'https://login.example', audience: cloud, jwksUrl: 'https://login.example/keys' }";
const faultsOf = (access: string): string => {
  const parsed = parseConfig(`${ONE}\naccess: ${access}`);
  return parsed.ok ? '' : parsed.fault.detail;
};

describe('who may read', () => {
  test('is everybody, unless the configuration says otherwise', () => {
    const parsed = parseConfig(ONE);
    expect(parsed.ok && parsed.value.access).toEqual({ streams: [] });
  });

  test.each([
    '{ streams: [{ organisation: demo, stream: mobility, to: key }] }',
    "{ streams: [{ organisation: demo, stream: '*', to: key }, { organisation: demo, stream: sensors, to: public }] }",
    '{ streams: [{ organisation: all, stream: mobility, to: key }] }',
    `{ streams: [{ organisation: demo, stream: permits, to: key-or-oauth2 }], ${OAUTH2} }`,
    `{ ${OAUTH2.replace('https://login.example/keys', 'http://127.0.0.1:8089/keys')} }`,
  ])('can be said: %s', (access) => expect(faultsOf(access)).toBe(''));

  test.each([
    [
      '{ streams: [{ organisation: city, stream: mobility, to: key }] }',
      'access.streams[0]: "city/mobility" is no stream',
    ],
    [
      '{ streams: [{ organisation: demo, stream: mobilty, to: key }] }',
      'access.streams[0]: "demo/mobilty" is no stream',
    ],
    ["{ streams: [{ organisation: city, stream: '*', to: key }] }", 'access.streams[0]: "city/*" is no stream'],
    ['{ streams: [{ organisation: all, stream: sensors, to: key }] }', 'access.streams[0]: "all/sensors" is no stream'],
    ['{ streams: [{ organisation: demo, stream: mobility, to: anybody }] }', 'access.streams[0].to'],
    ['{ streams: [{ organisation: demo, stream: mobility, to: oauth2 }] }', 'access.streams[0].to: "oauth2" needs'],
    [
      '{ streams: [{ organisation: demo, stream: sensors, to: key }, { organisation: demo, stream: sensors, to: public }] }',
      'access.streams[1]: "demo/sensors" is there twice',
    ],
    [`{ ${OAUTH2.replace(/, jwksUrl[^}]*/, ' ')} }`, 'needs jwksUrl or jwksFile'],
    [`{ ${OAUTH2.replace(' }', ', jwksFile: keys.json }')} }`, 'needs jwksUrl or jwksFile'],
    [`{ ${OAUTH2.replace('https://login.example/keys', 'http://login.example/keys')} }`, 'must be https'],
    [`{ ${OAUTH2.replace(' }', ', algorithms: [HS256] }')} }`, 'access.oauth2.algorithms[0]'],
    [`{ ${OAUTH2.replace(' }', ', algorithms: [none] }')} }`, 'access.oauth2.algorithms[0]'],
  ])('is refused, with the setting: %s', (access, detail) => expect(faultsOf(access)).toContain(detail));
});

describe('the keys of an issuer in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-jwks-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const load = (keys?: string) => {
    const file = join(folder, 'cloud.yaml');
    writeFileSync(file, `${ONE}\naccess: { ${OAUTH2.replace(/jwksUrl: '[^']*'/, 'jwksFile: keys.json')} }`);
    rmSync(join(folder, 'keys.json'), { force: true });
    if (keys !== undefined) writeFileSync(join(folder, 'keys.json'), keys);
    return loadConfig(file);
  };

  test('are read with the configuration', () => {
    const keys = [publicKey.export({ format: 'jwk' })];
    expect(load(JSON.stringify({ keys }))).toMatchObject({ ok: true, value: { jwks: { keys } } });
  });

  test.each([
    [undefined, 'cannot be read'],
    ['{', 'holds no JWK set'],
    ['{"keys":[]}', 'holds no JWK set'],
    [JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] }), 'holds a secret key'],
    ['{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}', 'holds a secret key'],
  ])('are refused, with the setting: %s', (keys, detail) => {
    const loaded = load(keys);
    expect(loaded.ok || loaded.fault.detail).toContain('access.oauth2.jwksFile');
    expect(loaded.ok || loaded.fault.detail).toContain(detail);
  });
});
