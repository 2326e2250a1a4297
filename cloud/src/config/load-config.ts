import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { parse } from 'yaml';
import type { z } from 'zod';
import type { BrokerAccess } from './broker-config.ts';
import { type CloudConfig, cloudConfigSchema, type EdgeAccess, type LoadedConfig } from './cloud-config.ts';

export type ConfigFaultCode = 'config-unreadable' | 'config-invalid' | 'secret-unreadable';

const SECRET_LENGTH_MIN = 16;

/**
 * Reads cloud.yaml and the secret files it names. The detail of a fault is for the operator: one line a setting, all
 * faults at once.
 */
export function loadConfig(file: string): Result<LoadedConfig, Fault<ConfigFaultCode>> {
  const text = readText(file);
  if (text === undefined) return fail('config-unreadable', `${file}: cannot be read`);
  const parsed = parseConfig(text);
  if (!parsed.ok) return fail('config-invalid', `${file} is not usable:\n${parsed.fault.detail}`);
  const folder = dirname(resolve(file));
  const secrets = readSecrets(parsed.value, folder);
  if (!secrets.ok) return secrets;
  const broker = readBroker(parsed.value, folder);
  return broker.ok ? ok({ config: parsed.value, edges: secrets.value, broker: broker.value }) : broker;
}

/** The configuration that a YAML text holds. */
export function parseConfig(text: string): Result<CloudConfig, Fault<'config-invalid'>> {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    return fail('config-invalid', `  not YAML: ${(error as Error).message.split('\n')[0]}`);
  }
  const result = cloudConfigSchema.safeParse(document);
  if (result.success) return ok(result.data);
  return fail('config-invalid', result.error.issues.map((issue) => `  ${describeIssue(issue)}`).join('\n'));
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return `${path.replace(/^\./, '') || 'document'}: ${issue.message}`;
}

function readSecrets(config: CloudConfig, folder: string): Result<EdgeAccess[], Fault<'secret-unreadable'>> {
  const edges: EdgeAccess[] = [];
  const faults: string[] = [];
  config.edges.forEach(({ name, organisation, secretFile }, index) => {
    const setting = `  edges[${index}].secretFile (edge "${name}")`;
    const path = resolve(folder, secretFile);
    const secret = readText(path)?.trim();
    if (secret === undefined) faults.push(`${setting}: ${path} cannot be read`);
    else if (secret.length < SECRET_LENGTH_MIN)
      faults.push(`${setting}: ${path} must hold at least ${SECRET_LENGTH_MIN} characters`);
    else edges.push({ name, organisation, secret });
  });
  return faults.length === 0
    ? ok(edges)
    : fail('secret-unreadable', `a secret of an edge is missing:\n${faults.join('\n')}`);
}

function readBroker(
  { mqtt }: CloudConfig,
  folder: string,
): Result<BrokerAccess | undefined, Fault<'secret-unreadable'>> {
  if (mqtt.broker === undefined) return ok(undefined);
  const { passwordFile, caFile, ...broker } = mqtt.broker;
  const password = passwordFile && readText(resolve(folder, passwordFile))?.trim();
  const ca = caFile && readText(resolve(folder, caFile));
  if (passwordFile !== undefined && !password) {
    return fail('secret-unreadable', `mqtt.broker.passwordFile: ${resolve(folder, passwordFile)} cannot be read`);
  }
  if (caFile !== undefined && !ca) {
    return fail('secret-unreadable', `mqtt.broker.caFile: ${resolve(folder, caFile)} cannot be read`);
  }
  return ok({ ...broker, ...(password && { password }), ...(ca && { ca }) });
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
