import { nameSchema } from '@meetbrug/protocols/observation';
import { THEMES } from '@meetbrug/protocols/properties';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import type { FollowedFeed } from '../follow/followed-feed.ts';
import type { InfluxTarget } from '../influx/influx-target.ts';
import { CLOUD_SENDER } from '../products/cloud-sender.ts';
import type { Neighbourhood } from '../products/neighbourhoods.ts';
import { accessFaults, accessSchema } from './access-config.ts';
import { type BrokerAccess, brokerSchema } from './broker-config.ts';
import { catalogueSchema, organisationPublisherSchema } from './catalogue-config.ts';
import { coldSchema, storeSchema } from './cold-config.ts';
import { followFaults, followSchema } from './follow-config.ts';
import { ldesSchema } from './ldes-config.ts';
import { bounded, host, port, tls } from './listener-config.ts';
import { outsideFaults, outsideSchema } from './outside-config.ts';
import { productsSchema } from './products-config.ts';
import { pushSchema } from './push-config.ts';
import { undercutPromises, unknownStreams } from './retention-config.ts';
import { streamNames } from './stream-names.ts';
import { timeSeriesSchema } from './time-series-config.ts';

const httpSchema = z.strictObject({
  host,
  port: port(8080, 'HTTP server'),
  tls: tls('The link over WebSocket then needs a certificate that was got by enrolling; readers need none.'),
});

const mqttSchema = z.strictObject({
  host,
  port: port(1884, 'MQTT endpoint of the edges'),
  tls: tls('Edges then need a certificate that they got by enrolling; secrets are refused. The usual port is 8883.'),
  connectionsMax: bounded(1, 10_000, 256, 'Open connections; further ones are closed at once.'),
  packetBytesMax: bounded(
    1024,
    16_777_216,
    1_114_112,
    'Largest MQTT packet in bytes after login; a larger one closes the connection.',
  ),
  messagesPerSecondMax: bounded(
    1,
    1_000_000,
    1_000,
    'Messages a second of one edge, a second of them at once; more wait, none is lost.',
  ),
  bytesPerSecondMax: bounded(
    65_536,
    1_073_741_824,
    33_554_432,
    'Bytes a second of one edge, a second of them at once; more wait, none is lost.',
  ),
  broker: brokerSchema
    .optional()
    .describe(
      'A broker of others that carries the link as well; edges that reach this cloud directly are not affected.',
    ),
});

const organisationSchema = z.strictObject({
  name: nameSchema.describe('Name in every IRI and URL of the organisation; never changes.'),
  label: z.string().min(1).max(200).describe('Name for people, as in the title of the feeds.'),
  streams: z
    .array(z.enum(THEMES))
    .default(['heat-stress', 'water-level', 'mobility'])
    .describe('Themes whose feed is served. Other themes are kept, with their series and API, but have no feed.'),
  inAllStreams: z
    .boolean()
    .default(true)
    .describe(
      'Whether what it publishes also enters the streams of all organisations. What it published while this was false ' +
        'does not enter them later.',
    ),
  publisher: organisationPublisherSchema.prefault({}).describe('What the catalogue says of it beside its label.'),
});

const edgeSchema = z.strictObject({
  name: nameSchema.describe('Name of the edge: its MQTT user name.'),
  organisation: nameSchema.describe('Organisation that owns what the edge measures.'),
  secretFile: z
    .string()
    .min(1)
    .max(4096)
    .describe('File with the password of the edge, relative to this configuration file.'),
});

const gatewaysSchema = z.strictObject({
  certificateDays: bounded(1, 90, 90, 'Life of a gateway certificate; it is renewed after two thirds of it.'),
  attemptsPerMinute: bounded(
    1,
    10_000,
    30,
    'Requests to enrol or renew from one address; ten times as many from all together. Further ones get 429.',
  ),
  renewalGraceDays: bounded(
    0,
    365,
    30,
    'How long an expired certificate may still be renewed; it serves nothing else.',
  ),
});

const cacheSchema = z.strictObject({
  pagesBytesMax: bounded(
    1_048_576,
    4_294_967_296,
    134_217_728,
    'Bytes of finished pages in memory; the least recently used are dropped.',
  ),
  diskBytesMax: bounded(
    0,
    1_099_511_627_776,
    1_073_741_824,
    'Bytes of pages that cannot change any more, in the folder page-cache of the data folder, which may be deleted at ' +
      'any time; the least recently used are dropped. 0 keeps none.',
  ),
});

const readersSchema = z.strictObject({
  workers: bounded(1, 16, 2, 'Threads that render pages and answer queries.'),
  waitingMax: bounded(1, 100_000, 1_024, 'Requests that may wait for a thread; further ones get 429.'),
  deadlineMs: bounded(
    100,
    600_000,
    10_000,
    'Time for one request; a thread past it is replaced and the request gets 503.',
  ),
});

const quarantineSchema = z.strictObject({
  bytesMax: bounded(
    1_048_576,
    4_294_967_296,
    67_108_864,
    'Bytes of refused data kept for inspection; the oldest are dropped and counted.',
  ),
});

/** Paths below `/ldes/` and `/id/` that are no organisation. */
const RESERVED_NAMES = new Set(['all', 'concept', 'verkeerskenmerk', 'shape', 'context']);

/** What an operator may say about a cloud, every field with its bound, default and meaning. */
export const cloudConfigSchema = z
  .strictObject({
    publicBaseUrl: z
      .url({ protocol: /^https?$/ })
      .max(300)
      .refine((url) => !/[/?#]$/.test(url) && !/[?#]/.test(url), 'must not end in "/" nor hold "?" or "#"')
      .default('http://127.0.0.1:8080')
      .describe(
        'How readers reach this cloud: in every IRI it mints, never changes. Port 0 stands for the port in use.',
      ),
    http: httpSchema.prefault({}).describe('HTTP server for readers.'),
    mqtt: mqttSchema.prefault({}).describe('MQTT endpoint for edges.'),
    organisations: z.array(organisationSchema).min(1).max(1_000).describe('Who publishes here.'),
    edges: z.array(edgeSchema).max(10_000).default([]).describe('Edges that may deliver.'),
    gateways: gatewaysSchema.prefault({}).describe('Certificates of edges that enrol.'),
    ldes: ldesSchema.prefault({}).describe('Pages of the event streams.'),
    access: accessSchema.prefault({}).describe('Who may read what.'),
    outside: outsideSchema.describe('Streams that other systems fill with linked data of their own.'),
    follow: followSchema.default([]).describe('Feeds of others that fill streams of `outside`.'),
    catalogue: catalogueSchema.prefault({}).describe('What others are told that is published here (DCAT).'),
    cache: cacheSchema.prefault({}).describe('Memory and disk for pages.'),
    readers: readersSchema.prefault({}).describe('Threads for pages and queries.'),
    quarantine: quarantineSchema.prefault({}).describe('What was refused and why.'),
    store: storeSchema.prefault({}).describe('How much may be kept.'),
    cold: coldSchema.prefault({}).describe('Where old observations are kept.'),
    timeSeries: timeSeriesSchema.prefault({}).describe('Where the time series are kept beside the store.'),
    products: productsSchema.optional().describe('What is computed from observations; nothing without it.'),
    push: pushSchema.prefault({}).describe('New members to readers that stay connected.'),
  })
  .superRefine((config, context) => {
    const fault = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const organisations = new Set<string>();
    config.organisations.forEach(({ name, streams }, index) => {
      if (RESERVED_NAMES.has(name)) fault(['organisations', index, 'name'], `"${name}" is reserved`);
      if (organisations.has(name)) fault(['organisations', index, 'name'], `"${name}" is there twice`);
      if (new Set(streams).size < streams.length) fault(['organisations', index, 'streams'], 'names a stream twice');
      organisations.add(name);
    });
    const edges = new Set<string>();
    config.edges.forEach(({ name, organisation }, index) => {
      if (edges.has(name)) fault(['edges', index, 'name'], `"${name}" is there twice`);
      if (name === CLOUD_SENDER) fault(['edges', index, 'name'], `"${name}" is reserved`);
      if (!organisations.has(organisation))
        fault(['edges', index, 'organisation'], `"${organisation}" is not among the organisations`);
      edges.add(name);
    });
    for (const { path, message } of accessFaults(config.access, new Set(streamNames(config)))) {
      fault(['access', ...path], message);
    }
    for (const { path, message } of outsideFaults(config.outside, organisations)) fault(['outside', ...path], message);
    for (const { path, message } of followFaults(config.follow, config.outside)) fault(['follow', ...path], message);
    const outside = config.outside.map(({ organisation, name }) => ({ name: organisation, streams: [name] }));
    for (const { path, message } of [
      ...undercutPromises(config.store.retention, [...config.organisations, ...outside], config.ldes),
      ...unknownStreams(
        config.store.retention,
        config.outside.map(({ name }) => name),
      ),
    ]) {
      fault(['store', 'retention', ...path], message);
    }
    config.products?.waterAlerts.forEach(({ organisation }, index) => {
      if (!organisations.has(organisation)) {
        fault(['products', 'waterAlerts', index, 'organisation'], `"${organisation}" is not among the organisations`);
      }
    });
  });

export type CloudConfig = z.infer<typeof cloudConfigSchema>;

/** An edge and who owns what it measures. */
export interface EdgeIdentity {
  readonly name: string;
  readonly organisation: string;
}

/** An edge with its password read from its file. */
export interface EdgeAccess extends EdgeIdentity {
  readonly secret: string;
}

/** A configuration with everything it points to. */
export interface LoadedConfig {
  readonly config: CloudConfig;
  readonly edges: readonly EdgeAccess[];
  /** Undefined when no broker stands between. */
  readonly broker?: BrokerAccess | undefined;
  /** Text of the shapes of `outside`, by `organisation/stream`. */
  readonly outsideShapes?: ReadonlyMap<string, string> | undefined;
  /** Of `follow`, each with its credentials and what its stream asks of members. */
  readonly followed?: readonly FollowedFeed[] | undefined;
  /** InfluxDB databases with their credentials; none without them. */
  readonly influx?: readonly InfluxTarget[] | undefined;
  /** The issuer's keys of `access.oauth2.jwksFile`. */
  readonly jwks?: JSONWebKeySet | undefined;
  /** Of `products.neighbourhoods`; none without it. */
  readonly neighbourhoods?: readonly Neighbourhood[] | undefined;
}
