import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory, testConfig } from '../testing/edge-fixture.ts';
import { fileFaults } from './check-files.ts';

const SESSION = { devEui: '24E124136C140009', devAddr: '260B4C2F' };
const KEY = '3c4fcf098815f7aba6d2ae2816157e2b';

let directory: ReturnType<typeof temporaryDirectory>;
const at = (name: string) => join(directory.path, name);

beforeAll(() => {
  directory = temporaryDirectory();
  for (const name of ['one', 'other']) {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)];
    const kind = [
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-subj',
      `/CN=${name}`,
    ];
    execFileSync('openssl', ['req', ...kind, ...files], { stdio: 'ignore' });
  }
  const pem = readFileSync(at('one.pem'), 'utf8');
  writeFileSync(at('damaged.pem'), pem + pem.replace(/\n.{64}\n/, '\n'));
  writeFileSync(at('empty'), '\n');
  writeFileSync(at('secret'), 'let me in\n');
  writeFileSync(
    at('sessions.yaml'),
    `- { devEui: ${SESSION.devEui}, devAddr: 260B4C2F, nwkSKey: ${KEY}, appSKey: ${KEY} }\n`,
  );
  writeFileSync(at('bad-sessions.json'), JSON.stringify([{ ...SESSION, nwkSKey: KEY, appSKey: KEY.slice(1) }]));
  mkdirSync(at('identity'));
});
afterAll(() => directory.remove());

/** Settings of a source of each kind, whose files are these. */
const mqtt = (files: object) => ({ name: 'a', url: 'mqtts://broker.example', topics: ['#'], ...files });
const webhook = (file: string) => ({
  kind: 'webhook',
  name: 'b',
  format: 'thingpark',
  secretFile: file,
  asKeyFile: file,
});
const station = (file: string) => ({ kind: 'basics-station', name: 'c', gateways: [SESSION.devEui], tokenFile: file });
const telraam = (file: string) => ({ kind: 'telraam', name: 'd', apiKeyFile: file, segments: [9_000_001_234] });
const opcUa = (file: string) => ({
  kind: 'opc-ua',
  name: 'e',
  url: 'opc.tcp://192.0.2.20:4840',
  username: 'reader',
  passwordFile: file,
  nodes: [{ node: 'nsu=urn:example:station;s=Level', device: 'ps01', field: 'level' }],
});

const faults = (settings: Record<string, unknown>) =>
  fileFaults(testConfig(settings)).map(({ path, detail }) => `${path}: ${detail}`);

describe('the files that a configuration names', () => {
  it('may lack the identity of a gateway that enrols later', () => {
    expect(faults({ cloud: { url: 'wss://cloud.example', identityDir: at('identity') } })).toEqual([]);
  });

  it('are in order where each holds what it should', () => {
    const secret = at('secret');
    const tls = {
      caFile: at('other.pem'),
      certificateFile: at('one.pem'),
      keyFile: at('one.key'),
      passwordFile: secret,
    };
    expect(
      faults({
        cloud: { url: 'mqtts://cloud.example', secretFile: secret, caFile: at('one.pem') },
        lorawan: { sessionsFile: at('sessions.yaml') },
        sources: [mqtt(tls), webhook(secret), station(secret), telraam(secret), opcUa(secret)],
      }),
    ).toEqual([]);
  });

  it('are named, every one, where they are not there', () => {
    const gone = at('gone');
    const tls = { caFile: gone, certificateFile: gone, keyFile: gone, passwordFile: gone };
    const found = faults({
      cloud: { url: 'mqtts://cloud.example', secretFile: gone, caFile: gone },
      lorawan: { sessionsFile: gone },
      sources: [mqtt(tls), webhook(gone), station(gone), telraam(gone), opcUa(gone)],
    });
    expect(found.map((line) => line.split(': ')[0])).toEqual([
      'cloud.secretFile',
      'cloud.caFile',
      'lorawan.sessionsFile',
      ...['passwordFile', 'caFile', 'certificateFile', 'keyFile'].map((setting) => `sources[0].${setting}`),
      'sources[1].secretFile',
      'sources[1].asKeyFile',
      'sources[2].tokenFile',
      'sources[3].apiKeyFile',
      'sources[4].passwordFile',
    ]);
    for (const line of found) expect(line).toContain(`cannot read ${gone}: ENOENT`);
  });

  it.each([
    ['a secret that is empty', () => ({ cloud: { secretFile: at('empty') } }), 'cloud.secretFile: .*empty is empty'],
    [
      'an authority without a certificate',
      () => ({ cloud: { url: 'mqtts://c.example', secretFile: at('secret'), caFile: at('one.key') } }),
      'cloud.caFile: no certificate in .*one.key',
    ],
    [
      'a certificate that is damaged',
      () => ({ sources: [mqtt({ caFile: at('damaged.pem') })] }),
      'sources\\[0\\].caFile: .*damaged.pem: certificate 2 cannot be read',
    ],
    [
      'a certificate where the key belongs',
      () => ({ sources: [mqtt({ certificateFile: at('one.pem'), keyFile: at('one.pem') })] }),
      'sources\\[0\\].keyFile: .*one.pem holds no private key',
    ],
    [
      'the key of another certificate',
      () => ({ sources: [mqtt({ certificateFile: at('one.pem'), keyFile: at('other.key') })] }),
      'sources\\[0\\].keyFile: the key is not that of the certificate',
    ],
    [
      'a session with a key that is too short',
      () => ({ lorawan: { sessionsFile: at('bad-sessions.json') } }),
      'lorawan.sessionsFile: .*bad-sessions.json: 0.appSKey: a key is 32 hex digits',
    ],
    [
      'a file where that folder should be',
      () => ({ cloud: { url: 'wss://cloud.example', identityDir: at('secret') } }),
      'cloud.identityDir: cannot read .*secret: ENOTDIR',
    ],
  ])('with %s are named, and none of their content', (_, settings, expected) => {
    const found = faults(settings());
    expect(found).toEqual([expect.stringMatching(new RegExp(expected))]);
    expect(found[0]).not.toContain(KEY.slice(1));
  });
});
