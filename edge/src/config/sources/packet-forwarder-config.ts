import { nameSchema } from '@meetbrug/protocols/observation';
import { devEuiSchema } from '@meetbrug/protocols/uplinks';
import { z } from 'zod';
import { host } from '../listen-config.ts';

/** Gateways that are listened to; nothing else in these protocols says who sends. */
export const gatewaysSchema = z
  .array(devEuiSchema)
  .min(1)
  .max(1_000)
  .describe('EUIs of the gateways that are listened to, 16 hex digits each; what others send is dropped.');

/** Gateways with a Semtech UDP packet forwarder (GWMP, versions 1 and 2). */
export const packetForwarderSchema = z.strictObject({
  kind: z.literal('packet-forwarder'),
  name: nameSchema.describe('Name of the source in logs and metrics.'),
  host,
  port: z.int().min(0).max(65_535).default(1_700).describe('UDP port; 0 takes a free one.'),
  gateways: gatewaysSchema,
});

export type PacketForwarderConfig = z.output<typeof packetForwarderSchema>;
