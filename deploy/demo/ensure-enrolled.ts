import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoPlan } from './demo-plan.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const TIMEOUT_MS = 20_000;
const OUTPUT_CHARACTERS_MAX = 10_000;

/** The edge could not be given its certificate; the message is what the failing command said. */
export class EnrolmentError extends Error {}

/**
 * Gives the plan's edge its key and certificate, with the two commands that a technician would type. Does nothing when it
 * has them from this cloud already.
 */
export async function ensureEnrolled(plan: DemoPlan, cloudDataDir: string): Promise<void> {
  if (isEnrolled(plan.identityDir, cloudDataDir)) return;
  const cloud = ['--config', plan.cloudConfig, '--data-dir', cloudDataDir];
  const invite = ['gateways', 'invite', '--edge', plan.edgeName, '--hours', '1'];
  const code = await run([join(ROOT, 'cloud/src/cli.ts'), ...invite, ...cloud], '');
  // Through a pipe: arguments of a process can be read by everybody on this machine.
  await run([join(ROOT, 'edge/src/cli.ts'), 'enrol', '--code', '-', '--config', plan.edgeConfig], code);
}

/** Whether the identity comes from the authority in that folder: data of a cloud may have been deleted since. */
function isEnrolled(identityDir: string, cloudDataDir: string): boolean {
  try {
    const identity = JSON.parse(readFileSync(join(identityDir, 'identity.json'), 'utf8')) as { authorityPem: string };
    return readFileSync(join(cloudDataDir, 'gateway-authority.pem'), 'utf8').endsWith(identity.authorityPem);
  } catch {
    return false;
  }
}

/** Runs a program with this Node; what it wrote on standard output. */
function run(nodeArguments: readonly string[], input: string): Promise<string> {
  const child = spawn(process.execPath, nodeArguments, { stdio: 'pipe', timeout: TIMEOUT_MS });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-OUTPUT_CHARACTERS_MAX);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-OUTPUT_CHARACTERS_MAX);
  });
  // A program that ended early has said why on standard error.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new EnrolmentError(`the edge could not be enrolled:\n${errors.trim() || `exit code ${code}`}`));
    });
  });
}
