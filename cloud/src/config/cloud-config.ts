import { nameSchema } from '@meetbrug/protocols/observation';
import { THEMES } from '@meetbrug/protocols/properties';
import { z } from 'zod';

const host = z.string().min(1).max(253).default('127.0.0.1').describe('Address to listen on; loopback until changed.');
const port = (standard: number, what: string) =>
  z.int().min(0).max(65_535).default(standard).describe(`Port of the ${what}; 0 takes a free one.`);
const bounded = (min: number, max: number, standard: number, text: string) =>
  z.int().min(min).max(max).default(standard).describe(text);

const httpSchema = z.strictObject({ host, port: port(8080, 'HTTP server') });

const mqttSchema = z.strictObject({
  host,
  port: port(1884, 'MQTT endpoint of the edges'),
  connectionsMax: bounded(1, 10_000, 256, 'Open connections; further ones are closed at once.'),
  packetBytesMax: bounded(
    1024,
    16_777_216,
    1_114_112,
    'Largest MQTT packet in bytes after login; a larger one closes the connection.',
  ),
});

const organisationSchema = z.strictObject({
  name: nameSchema.describe('Name in every IRI and URL of the organisation; never changes.'),
  label: z.string().min(1).max(200).describe('Name for people, as in the title of the feeds.'),
  streams: z
    .array(z.enum(THEMES))
    .default(['heat-stress', 'water-level', 'mobility'])
    .describe('Themes whose feed is served. Other themes are kept, with their series and API, but have no feed.'),
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

const ldesSchema = z.strictObject({
  pageSize: bounded(1, 5_000, 250, 'Members on a page. Fixed once a stream exists.'),
  fanOut: bounded(2, 1_000, 250, 'Children of an index node. Fixed once a stream exists.'),
  pollingIntervalSeconds: bounded(1, 86_400, 5, 'What the feed tells its readers to wait between two visits.'),
  immutableMaxAgeSeconds: bounded(1, 31_536_000, 604_800, 'How long caches may keep a page that cannot change.'),
  openMaxAgeSeconds: bounded(0, 86_400, 2, 'How long caches may keep a page that can still change.'),
});

const cacheSchema = z.strictObject({
  pagesBytesMax: bounded(
    1_048_576,
    4_294_967_296,
    134_217_728,
    'Bytes of finished pages in memory; the least recently used are dropped.',
  ),
});

const readersSchema = z.strictObject({
  workers: bounded(1, 16, 2, 'Threads that render pages and answer queries.'),
  waitingMax: bounded(1, 100_000, 1_024, 'Requests that may wait for a thread; further ones get 503.'),
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
    ldes: ldesSchema.prefault({}).describe('Pages of the event streams.'),
    cache: cacheSchema.prefault({}).describe('Memory for pages.'),
    readers: readersSchema.prefault({}).describe('Threads for pages and queries.'),
    quarantine: quarantineSchema.prefault({}).describe('What was refused and why.'),
  })
  .superRefine((config, context) => {
    const fault = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const organisations = new Set<string>();
    config.organisations.forEach(({ name, streams }, index) => {
      if (name === 'all') fault(['organisations', index, 'name'], '"all" is reserved');
      if (organisations.has(name)) fault(['organisations', index, 'name'], `"${name}" is there twice`);
      if (new Set(streams).size < streams.length) fault(['organisations', index, 'streams'], 'names a stream twice');
      organisations.add(name);
    });
    const edges = new Set<string>();
    config.edges.forEach(({ name, organisation }, index) => {
      if (edges.has(name)) fault(['edges', index, 'name'], `"${name}" is there twice`);
      if (!organisations.has(organisation))
        fault(['edges', index, 'organisation'], `"${organisation}" is not among the organisations`);
      edges.add(name);
    });
  });

export type CloudConfig = z.infer<typeof cloudConfigSchema>;
export type OrganisationConfig = CloudConfig['organisations'][number];

/** An edge with its password read from its file. */
export interface EdgeAccess {
  readonly name: string;
  readonly organisation: string;
  readonly secret: string;
}

/** A configuration with everything it points to. */
export interface LoadedConfig {
  readonly config: CloudConfig;
  readonly edges: readonly EdgeAccess[];
}
