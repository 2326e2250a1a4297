import { nameSchema } from '@meetbrug/protocols/observation';
import { nearestRadio, STATION_CHANNELS_MAX } from '@meetbrug/protocols/uplinks';
import { z } from 'zod';
import { host, port } from '../listen-config.ts';
import { gatewaysSchema } from './packet-forwarder-config.ts';
import { secretFile } from './secret-file.ts';

const frequencyHz = z.int().min(863_000_000).max(870_000_000);
const CHANNELS_HZ = [
  867_100_000, 867_300_000, 867_500_000, 867_700_000, 867_900_000, 868_100_000, 868_300_000, 868_500_000,
];

/** Gateways with LoRa Basics Station, which come by WebSocket (LNS protocol). */
export const basicsStationSchema = z
  .strictObject({
    kind: z.literal('basics-station'),
    name: nameSchema.describe('Name of the source in logs and metrics.'),
    host,
    port: port.default(3_001),
    publicUrl: z
      .url({ protocol: /^wss?$/ })
      .max(300)
      .refine((url) => !/[/?#]$/.test(url), 'no slash, query or fragment at the end')
      .optional()
      .describe(
        'Where stations reach this source, ws:// or, behind a proxy with TLS, wss://. It is told to a station that asks; ' +
          'without it, ws:// with the host and port that it asked.',
      ),
    gateways: gatewaysSchema,
    tokenFile: secretFile
      .optional()
      .describe('File with the token that a station must send as "Authorization: Bearer <token>" (its tc.key).'),
    connectionsMax: z
      .int()
      .min(1)
      .max(10_000)
      .default(100)
      .describe('Open connections, all stations together; one more is refused.'),
    messageBytesMax: z
      .int()
      .min(1_024)
      .max(1_048_576)
      .default(65_536)
      .describe('Bytes of one message; a station that sends a longer one is disconnected.'),
    region: z.literal('EU863').default('EU863').describe('Regional parameters of LoRaWAN: EU863-870.'),
    radiosHz: z
      .tuple([frequencyHz, frequencyHz])
      .default([867_500_000, 868_500_000])
      .describe('Centre frequencies of the two radios of a concentrator, in Hz.'),
    channelsHz: z
      .array(frequencyHz)
      .min(1)
      .max(STATION_CHANNELS_MAX)
      .default(CHANNELS_HZ)
      .describe('LoRa channels of 125 kHz that the stations listen on, in Hz, each within 400 kHz of a radio.'),
  })
  .superRefine(({ radiosHz, channelsHz }, context) => {
    channelsHz.forEach((hz, index) => {
      if (nearestRadio(hz, radiosHz) !== undefined) return;
      const message = 'more than 400 kHz from both of radiosHz';
      context.addIssue({ code: 'custom', path: ['channelsHz', index], message });
    });
  });

export type BasicsStationConfig = z.output<typeof basicsStationSchema>;
