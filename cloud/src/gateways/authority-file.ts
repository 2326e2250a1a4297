import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { type Authority, createAuthority, openAuthority } from './authority.ts';
import { newSerial } from './serial.ts';

export const AUTHORITY_FILE = 'gateway-authority.pem';

const OTHERS = 0o077;
const PRIVATE_KEY = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----\n?/;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n?/;

/**
 * The authority of a data folder, made at the first call: one file with key and certificate, for its owner alone. When
 * two processes make it at the same time both get the one that was there first. A file that others can read, or that is
 * damaged, is never replaced: every gateway trusts what was in it.
 */
export async function loadAuthority(
  dataDir: string,
  nowMs: number,
): Promise<Result<Authority, Fault<'authority-unusable'>>> {
  const file = join(dataDir, AUTHORITY_FILE);
  try {
    const made = readExisting(file) ?? (await makeFile(file, nowMs));
    if ((statSync(file).mode & OTHERS) !== 0) {
      return fail('authority-unusable', `${file}: others can read this private key: chmod 600 it`);
    }
    const privateKeyPem = PRIVATE_KEY.exec(made)?.[0];
    const certificatePem = CERTIFICATE.exec(made)?.[0];
    if (privateKeyPem === undefined || certificatePem === undefined) {
      return fail('authority-unusable', `${file}: key or certificate is missing: restore it from a backup`);
    }
    return ok(await openAuthority({ privateKeyPem, certificatePem }));
  } catch (error) {
    return fail('authority-unusable', `${file}: ${(error as Error).message}`);
  }
}

function readExisting(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function makeFile(file: string, nowMs: number): Promise<string> {
  const { privateKeyPem, certificatePem } = await createAuthority(newSerial(randomBytes(16)), nowMs);
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  writeDurably(draft, privateKeyPem + certificatePem);
  try {
    // A link, unlike a rename, fails when another process was faster.
    linkSync(draft, file);
    syncFolder(dirname(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, 'utf8');
}

function writeDurably(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
