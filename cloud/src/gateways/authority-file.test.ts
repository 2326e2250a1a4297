import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AUTHORITY_FILE, loadAuthority } from './authority-file.ts';

const NOW = Date.UTC(2026, 10, 24);
const SERIAL = '41000000000000000000000000000001';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meetbrug-authority-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function load() {
  const authority = await loadAuthority(folder, NOW);
  if (!authority.ok) throw new Error(authority.fault.detail);
  return authority.value;
}

describe('the authority of a data folder', () => {
  test('is made once, for its owner alone, and is the same ever after', async () => {
    const made = await load();
    const again = await load();
    expect(again.fingerprint).toBe(made.fingerprint);
    expect(statSync(join(folder, AUTHORITY_FILE)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual([AUTHORITY_FILE]);
  });

  test('is one and the same for all who make it at once', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, load));
    expect(new Set(made.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(readdirSync(folder)).toEqual([AUTHORITY_FILE]);
  });

  test('is a root that may sign end certificates only', async () => {
    const { certificatePem } = await load();
    const root = new X509Certificate(certificatePem);
    expect([root.ca, root.verify(root.publicKey)]).toEqual([true, true]);
    const { BasicConstraintsExtension, X509Certificate: Parsed } = await import('./x509.ts');
    expect(new Parsed(certificatePem).getExtension(BasicConstraintsExtension)).toMatchObject({
      ca: true,
      pathLength: 0,
    });
  });

  test('signs servers for their names alone', async () => {
    const authority = await load();
    const spki = new X509Certificate(authority.certificatePem).publicKey.export({ format: 'der', type: 'spki' });
    const names = ['cloud.example', '192.0.2.1', '2001:db8::1'];
    const server = new X509Certificate(
      await authority.signServer({ serial: SERIAL, names, spki, notBeforeMs: NOW, notAfterMs: NOW + 1_000 }),
    );
    expect(server.serialNumber).toBe(SERIAL);
    expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect([server.checkHost('cloud.example'), server.checkIP('192.0.2.1'), server.checkIP('2001:db8::1')]).toEqual(
      names,
    );
    expect([server.checkHost('other.example'), server.checkIP('192.0.2.2'), server.ca]).toEqual([
      undefined,
      undefined,
      false,
    ]);
  });

  test.each([
    ['others can read it', (file: string) => chmodSync(file, 0o640), 'chmod 600'],
    ['its end is missing', (file: string) => truncate(file, 0.5), 'restore it'],
    ['it is empty', (file: string) => truncate(file, 0), 'restore it'],
  ])('is refused and left alone when %s', async (_, spoil, expected) => {
    await load();
    const file = join(folder, AUTHORITY_FILE);
    spoil(file);
    const spoiled = readFileSync(file);
    expect(await loadAuthority(folder, NOW)).toMatchObject({ fault: { detail: expect.stringContaining(expected) } });
    expect(readFileSync(file)).toEqual(spoiled);
  });

  test('is refused when its key is that of another', async () => {
    await load();
    const file = join(folder, AUTHORITY_FILE);
    const mine = readFileSync(file, 'utf8');
    rmSync(file);
    await load();
    const [otherKey] = readFileSync(file, 'utf8').split('-----BEGIN CERTIFICATE-----');
    writeFileSync(file, `${otherKey}-----BEGIN CERTIFICATE-----${mine.split('-----BEGIN CERTIFICATE-----')[1]}`);
    const outcome = await loadAuthority(folder, NOW);
    expect(outcome).toMatchObject({ fault: { detail: expect.stringContaining('does not belong') } });
  });
});

function truncate(file: string, share: number): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.slice(0, text.length * share));
}
