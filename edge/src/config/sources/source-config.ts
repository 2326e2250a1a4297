import { z } from 'zod';
import { basicsStationSchema } from './basics-station-config.ts';
import { mqttSourceSchema } from './mqtt-config.ts';
import { opcUaSchema } from './opc-ua-config.ts';
import { packetForwarderSchema } from './packet-forwarder-config.ts';
import { telraamSchema } from './telraam-config.ts';
import { webhookSchema } from './webhook-config.ts';

/** Where uplinks come from, beside the broker of the edge itself: one schema for each kind. */
export const sourceSchema = z.discriminatedUnion('kind', [
  mqttSourceSchema,
  webhookSchema,
  opcUaSchema,
  telraamSchema,
  packetForwarderSchema,
  basicsStationSchema,
]);

export type SourceConfig = z.output<typeof sourceSchema>;
