import { datastreamDescriptionSchema, nameSchema } from '@meetbrug/protocols/observation';
import { z } from 'zod';
import { brokerSchema } from './broker-config.ts';
import { cloudSchema } from './cloud-config.ts';
import { deviceSchema } from './device-config.ts';
import { heatSchema } from './heat-config.ts';
import { host, port } from './listen-config.ts';
import { modelsSchema } from './model-config.ts';
import { outboxSchema } from './outbox-config.ts';
import { privacySchema } from './privacy-config.ts';
import { lorawanSchema } from './sources/lorawan-session-config.ts';
import { sourceSchema } from './sources/source-config.ts';

const FREE_LICENCE = 'https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0';

const httpSchema = z.strictObject({ host, port: port.default(8081) });

const quarantineSchema = z.strictObject({
  recordsMax: z.int().min(1).max(1_000_000).default(10_000).describe('Records kept; beyond it the oldest are dropped.'),
  bytesMax: z
    .int()
    .min(1_048_576)
    .max(1_099_511_627_776)
    .default(67_108_864)
    .describe('Raw bytes kept; beyond it the oldest are dropped.'),
  keepDays: z.number().min(0).max(3_650).default(30).describe('How long a record is kept.'),
  staleAfterDays: z
    .number()
    .min(1)
    .max(36_500)
    .default(3_650)
    .describe(
      'A message whose own time lies more days than this before its arrival goes here (stale-message): the clock of its ' +
        'gateway is wrong, or it is an old state given out anew. Ten years by default, because late data is normal data. ' +
        'Measured by the time of the message; entries of a history inside it, and formats that bring history (SenML, ' +
        'Sparkplug B, OPC UA, Telraam, plain JSON), are taken however old they are.',
    ),
});

const deduplicationSchema = z.strictObject({
  uplinksMax: z
    .int()
    .min(1_000)
    .max(10_000_000)
    .default(1_000_000)
    .describe('A repeated uplink is recognised among this many last uplinks (at least half of it, just after a turn).'),
});

const learningSchema = z.strictObject({
  devicesMax: z
    .int()
    .min(0)
    .max(10_000)
    .default(200)
    .describe('Devices remembered, for "meetbrug-edge discover"; beyond it the one not seen for longest is forgotten.'),
});

/** `edge.yaml`, the whole configuration of one gateway. */
export const edgeConfigSchema = z.strictObject({
  edge: nameSchema.describe('Name of this gateway, as the cloud knows it.'),
  organisation: nameSchema.describe('Who owns the data: the organisation in every IRI.'),
  licence: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .default(FREE_LICENCE)
    .describe('IRI of the licence of the data.'),
  contact: datastreamDescriptionSchema.shape.contact.describe('Whom to ask about the data; published with it.'),
  broker: brokerSchema.prefault({}).describe('The MQTT broker inside the edge.'),
  http: httpSchema.prefault({}).describe('Status, health and metrics.'),
  sources: z
    .array(sourceSchema)
    .max(100)
    .default([])
    .describe('Where uplinks come from, beside the broker of the edge itself.'),
  lorawan: lorawanSchema
    .prefault({})
    .describe('Sessions that frames of packet forwarders and stations are opened with.'),
  cloud: cloudSchema.optional().describe('Without it the outbox only fills.'),
  outbox: outboxSchema.prefault({}).describe('The durable queue between sensors and cloud.'),
  quarantine: quarantineSchema.prefault({}).describe('What could not be used, with its raw form.'),
  deduplication: deduplicationSchema.prefault({}).describe('One uplink by two roads counts once.'),
  learning: learningSchema.prefault({}).describe('What is remembered of devices that send and are not configured.'),
  health: z
    .strictObject({ signal: z.boolean().default(true).describe('Publish signal strength and noise of every uplink.') })
    .prefault({})
    .describe('What is observed about the devices themselves.'),
  heat: heatSchema.prefault({}).describe('Heat indices that the edge computes.'),
  clock: z
    .strictObject({
      synchronisedFile: z
        .string()
        .min(1)
        .max(1_000)
        .optional()
        .describe(
          'File that exists while the clock of this machine is synchronised; systemd-timesyncd keeps ' +
            '/run/systemd/timesync/synchronized. Without it nothing is known of the clock and no value is flagged for it.',
        ),
    })
    .prefault({})
    .describe('What is known of the clock of this machine.'),
  localFeed: z
    .boolean()
    .default(false)
    .describe(
      'Republish each observation on the own broker, below oslo/, as OSLO JSON-LD; the latest value of each datastream ' +
        'is retained. While it is on, clients may subscribe below oslo/ only.',
    ),
  publicBaseUrl: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .refine((url) => !/[/?#]$/.test(url), 'no slash, query or fragment at the end')
    .optional()
    .describe("The cloud's publicBaseUrl: what the IRIs in the local feed begin with."),
  privacy: privacySchema.prefault({}).describe('What of people never leaves this box, and what does not stay on it.'),
  models: modelsSchema
    .default({})
    .describe('Device models of your own, by name: a codec, and what the fields of the decoded object mean.'),
  devices: z.array(deviceSchema).max(100_000).default([]).describe('The sensors.'),
});

export type EdgeConfig = z.infer<typeof edgeConfigSchema>;
