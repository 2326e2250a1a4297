import { createKey } from '@meetbrug/cloud/src/access/keys-command.ts';
import type { LoadedConfig } from '@meetbrug/cloud/src/config/cloud-config.ts';
import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';

export const STREAM = 'demo/parking';
export const OTHER_STREAM = 'demo/events';
export const OBSERVED_AT = 'http://www.w3.org/ns/prov#generatedAtTime';
export const VERSION_OF = 'http://purl.org/dc/terms/isVersionOf';
export const PUBLISHED_AT = 'https://data.example.org/ns#publishedAt';

/** Every parking says how many places are free. */
export const SHAPES = `
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://data.example.org/shape/parking> a sh:NodeShape ;
  sh:property [ sh:path <https://data.example.org/ns#free> ; sh:minCount 1 ; sh:datatype xsd:integer ; sh:message "says how many places are free" ] .`;

export interface OutsideCloudSettings {
  readonly dataDir: string;
  readonly publicBaseUrl?: string;
  readonly pageSize?: number;
  readonly fanOut?: number;
  readonly nowMs?: () => number;
  /** More of the configuration, as lines of YAML. */
  readonly more?: string;
  /** More of the stream `parking`, as in a YAML flow mapping. */
  readonly parking?: string;
}

/** Two streams that others fill: one with the usual predicates and shapes, one with predicates of its own. */
export function outsideConfig(settings: Omit<OutsideCloudSettings, 'dataDir' | 'nowMs'>): LoadedConfig {
  const { publicBaseUrl = 'http://127.0.0.1:0', pageSize = 2, fanOut = 2, more = '', parking = '' } = settings;
  const parsed = parseConfig(`
publicBaseUrl: ${publicBaseUrl}
http: { port: 0 }
mqtt: { port: 0 }
organisations: [{ name: demo, label: Demo, streams: [heat-stress] }]
ldes: { pageSize: ${pageSize}, fanOut: ${fanOut} }
catalogue: { publisher: { name: Samen }, contact: { name: Dienst data, email: data@demo.example } }
outside:
  - { organisation: demo, name: parking, title: 'Demo: parkings', ${parking} }
  - organisation: demo
    name: events
    title: 'Demo: evenementen'
    stampPredicate: '${PUBLISHED_AT}'
    versionOfPredicate: 'https://data.example.org/ns#of'
    timestampPredicate: 'https://data.example.org/ns#at'
${more}`);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  return { config: parsed.value, edges: [], outsideShapes: new Map([[STREAM, SHAPES]]) };
}

/** Starts a cloud in this process; throws the fault when it refuses. */
export async function startOutsideCloud({ dataDir, nowMs, ...settings }: OutsideCloudSettings): Promise<Cloud> {
  const silent = () => undefined;
  const logger = { info: silent, warn: silent, fatal: silent };
  const started = await startCloud(outsideConfig(settings), { dataDir, logger, ...(nowMs && { nowMs }) });
  if (!started.ok) throw new Error(started.fault.detail);
  return started.value;
}

/** A key that may write into the streams; a running cloud takes it at once. */
export function writeKey(dataDir: string, streams: readonly string[] = [STREAM, OTHER_STREAM]): string {
  const wish = { name: 'test', streams, rights: ['write'], requestsPerMinute: 1_000_000 };
  const created = createKey({ ...outsideConfig({}), dataDir, nowMs: Date.now() }, wish);
  if (!created.ok) throw new Error(created.fault.detail);
  return created.value.key;
}

export interface Posted {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Posts a body to a stream. */
export async function post(
  cloud: Pick<Cloud, 'ports'>,
  body: string | Uint8Array<ArrayBuffer>,
  {
    key,
    type = 'text/turtle',
    stream = STREAM,
    accept = 'application/json',
  }: { readonly key?: string; readonly type?: string; readonly stream?: string; readonly accept?: string },
): Promise<Posted> {
  const response = await fetch(`http://127.0.0.1:${cloud.ports.http}/ldes/${stream}`, {
    method: 'POST',
    headers: { 'Content-Type': type, Accept: accept, ...(key && { 'X-API-KEY': key }) },
    body,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** One version of a parking, in Turtle. */
export function parking(version: number, free = version * 10): string {
  return `<https://park.example/p1#v${version}> a <https://data.example.org/ns#Parking> ;
  <${VERSION_OF}> <https://park.example/p1> ;
  <https://data.example.org/ns#free> ${free} ;
  <https://data.example.org/ns#at> [ <https://data.example.org/ns#street> "Marktstraat"@nl ] .
`;
}
