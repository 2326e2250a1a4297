import { z } from 'zod';
import { parseDevEui } from './dev-eui.ts';
import { decodeFrmPayload, payloadHex } from './frm-payload.ts';
import type { DevEui } from './network-event.ts';
import {
  countSchema,
  FRAME_COUNTER_MAX,
  flagSchema,
  levelSchema,
  nameTextSchema,
  optionalTextSchema,
  PORT_MAX,
} from './wire-fields.ts';

const receptionSchema = z.object({
  gatewayID: nameTextSchema,
  /** Only from a gateway with GNSS. */
  time: optionalTextSchema,
  timeSinceGPSEpoch: optionalTextSchema,
  rssi: levelSchema,
  loRaSNR: levelSchema,
});
export type WireReception = z.infer<typeof receptionSchema>;

/** What every event of a device has; `devAddr` and `rxInfo` only where it was heard on the air. */
const deviceFields = {
  devEUI: z.string().max(64),
  devAddr: nameTextSchema.nullish(),
  rxInfo: z.array(receptionSchema).nullish(),
};

/** The body of an `up` event, as far as it is read; the two JSON encodings differ in the spelling of the values. */
export const upSchema = z.object({
  ...deviceFields,
  deviceName: nameTextSchema.nullish(),
  adr: flagSchema,
  confirmedUplink: flagSchema,
  fCnt: countSchema(FRAME_COUNTER_MAX),
  fPort: countSchema(PORT_MAX),
  data: z.string().nullish(),
  object: z.unknown().optional(),
  objectJSON: z.string().nullish().catch(undefined),
});
export type WireUp = z.infer<typeof upSchema>;

export const joinSchema = z.object(deviceFields);
export type WireJoin = z.infer<typeof joinSchema>;

export const statusSchema = z.object({
  ...deviceFields,
  margin: z.int().min(-32).max(31).nullish(),
  externalPowerSource: flagSchema,
  batteryLevelUnavailable: flagSchema,
  batteryLevel: z.number().min(0).max(100).nullish(),
});
export type WireStatus = z.infer<typeof statusSchema>;

/** A DevEUI in hex (JSON v3) or as base64 of its 8 bytes (protobuf as JSON). */
export function readDevEui(text: string): DevEui | undefined {
  return parseDevEui(text) ?? parseDevEui(hexOfBase64(text, 8) ?? '');
}

/** A DevAddr in hex or as base64 of its 4 bytes, in upper case; `''` where there is none. */
export function readSession(devAddr: string | null | undefined): string {
  const text = devAddr ?? '';
  return (/^[0-9A-Fa-f]{8}$/.test(text) ? text : (hexOfBase64(text, 4) ?? '')).toUpperCase();
}

/** A gateway's EUI in upper case, whichever spelling; another name as it is. */
export function readGateway(text: string): string {
  return readDevEui(text) ?? text;
}

function hexOfBase64(text: string, byteLength: number): string | undefined {
  const bytes = decodeFrmPayload(text);
  return bytes?.length === byteLength ? payloadHex(bytes) : undefined;
}
