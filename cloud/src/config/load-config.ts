import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { JSONWebKeySet } from 'jose';
import { parse } from 'yaml';
import { z } from 'zod';
import { NEIGHBOURHOODS_BYTES_MAX, type Neighbourhood, parseNeighbourhoods } from '../products/neighbourhoods.ts';
import type { BrokerAccess } from './broker-config.ts';
import { type CloudConfig, cloudConfigSchema, type EdgeAccess, type LoadedConfig } from './cloud-config.ts';
import { readFollowedFeeds } from './read-followed-feeds.ts';
import { readInfluxTargets } from './read-influx-targets.ts';

export type ConfigFaultCode =
  | 'config-unreadable'
  | 'config-invalid'
  | 'secret-unreadable'
  | 'jwks-unusable'
  | 'shapes-unreadable'
  | 'neighbourhoods-unusable';

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
  if (!broker.ok) return broker;
  const jwks = readJwks(parsed.value, folder);
  if (!jwks.ok) return jwks;
  const neighbourhoods = readNeighbourhoods(parsed.value, folder);
  if (!neighbourhoods.ok) return neighbourhoods;
  const readSecret = (secretFile: string) => readText(resolve(folder, secretFile))?.trim();
  const influx = readInfluxTargets(parsed.value.timeSeries.influx, readSecret);
  if (!influx.ok) return influx;
  const shapes = readShapes(parsed.value, folder);
  if (!shapes.ok) return shapes;
  const followed = readFollowedFeeds(parsed.value, shapes.value, readSecret);
  if (!followed.ok) return followed;
  return ok({
    config: parsed.value,
    edges: secrets.value,
    broker: broker.value,
    influx: influx.value,
    jwks: jwks.value,
    neighbourhoods: neighbourhoods.value,
    outsideShapes: shapes.value,
    followed: followed.value,
  });
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

const jwksSchema = z.object({
  keys: z
    .array(z.looseObject({ kty: z.string() }))
    .min(1)
    .max(100),
});

/** The public keys of an issuer. A secret key among them would let every reader of this file make tokens. */
function readJwks({ access }: CloudConfig, folder: string): Result<JSONWebKeySet | undefined, Fault<'jwks-unusable'>> {
  const { jwksFile } = access.oauth2 ?? {};
  if (jwksFile === undefined) return ok(undefined);
  const file = resolve(folder, jwksFile);
  const refuse = (detail: string) => fail('jwks-unusable', `access.oauth2.jwksFile: ${file}: ${detail}`);
  const text = readText(file);
  if (text === undefined) return refuse('cannot be read');
  const parsed = jwksSchema.safeParse(parseJson(text));
  if (!parsed.success) return refuse('holds no JWK set');
  if (parsed.data.keys.some((key) => 'd' in key || key.kty === 'oct')) return refuse('holds a secret key');
  return ok(parsed.data as JSONWebKeySet);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By `organisation/stream`, for the streams that have some. */
function readShapes({ outside }: CloudConfig, folder: string): Result<Map<string, string>, Fault<'shapes-unreadable'>> {
  const shapes = new Map<string, string>();
  for (const [index, { organisation, name, shapesFile }] of outside.entries()) {
    if (shapesFile === undefined) continue;
    const file = resolve(folder, shapesFile);
    const text = readText(file);
    if (text === undefined) return fail('shapes-unreadable', `outside[${index}].shapesFile: ${file} cannot be read`);
    shapes.set(`${organisation}/${name}`, text);
  }
  return ok(shapes);
}

function readNeighbourhoods(
  { products }: CloudConfig,
  folder: string,
): Result<Neighbourhood[], Fault<'neighbourhoods-unusable'>> {
  if (products?.neighbourhoods === undefined) return ok([]);
  const file = resolve(folder, products.neighbourhoods.file);
  const refuse = (detail: string) =>
    fail('neighbourhoods-unusable', `products.neighbourhoods.file: ${file}: ${detail}`);
  const bytes = statSync(file, { throwIfNoEntry: false })?.size;
  if (bytes !== undefined && bytes > NEIGHBOURHOODS_BYTES_MAX) return refuse('is larger than 64 MiB');
  const text = readText(file);
  if (text === undefined) return refuse('cannot be read');
  const parsed = parseNeighbourhoods(text, products.neighbourhoods);
  return parsed.ok ? parsed : refuse(parsed.fault.detail);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
