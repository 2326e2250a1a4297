import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadConfig } from './load-config.ts';

function load(broker: string, files: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const file = join(folder, 'cloud.yaml');
  writeFileSync(file, `organisations: [{ name: demo, label: Demo }]\nmqtt: { broker: ${broker} }\n`);
  return loadConfig(file);
}

describe('mqtt.broker', () => {
  test('needs an address and reads the files beside the configuration', () => {
    const plain = load('{ url: "mqtt://127.0.0.1:1883" }');
    expect(plain.ok && plain.value.broker).toEqual({ url: 'mqtt://127.0.0.1:1883', clientId: 'meetbrug-cloud' });
    const files = { password: 'a password\n', 'ca.pem': 'a certificate' };
    const full = load('{ url: "wss://b.example/mqtt", username: u, passwordFile: password, caFile: ca.pem }', files);
    expect(full.ok && full.value.broker).toMatchObject({ username: 'u', password: 'a password', ca: 'a certificate' });
  });

  test.each([
    ['an address of another scheme', '{ url: "http://b.example" }', 'mqtt.broker.url'],
    ['a password in the address', '{ url: "mqtt://u:p@b.example" }', 'use passwordFile'],
    [
      'a password file that is not there',
      '{ url: "mqtt://b.example", passwordFile: none }',
      'mqtt.broker.passwordFile',
    ],
    ['a file of certificates that is not there', '{ url: "mqtts://b.example", caFile: none }', 'mqtt.broker.caFile'],
    ['a client id with a topic in it', '{ url: "mqtt://b.example", clientId: "a/#" }', 'mqtt.broker.clientId'],
  ])('refuses %s, naming the setting', (_, broker, expected) => {
    const loaded = load(broker);
    expect(loaded.ok ? '' : loaded.fault.detail).toContain(expected);
  });
});
