import { z } from 'zod';
import { parseInstant } from '../observation/instant.ts';
import { TIME_SOURCES } from '../observation/quality.ts';
import { fail, ok } from '../result/mod.ts';
import { parseDeviceId } from './device-id.ts';
import { parseMessageJson } from './message-json.ts';
import type { ParseUplink } from './network-event.ts';
import { notThisFormat } from './not-this-format.ts';
import { objectUplink } from './object-uplink.ts';

const FIELDS_MAX = 1_000;

/**
 * What the OPC UA source makes of the values that one device had at one moment. OPC UA has no such message itself: a server
 * notifies of nodes one by one (OPC UA Part 4, 7.25 MonitoredItemNotification).
 */
export const opcUaMessageSchema = z.strictObject({
  device: z.string(),
  /** RFC 3339 with a zone. */
  time: z.string(),
  /** `payload`: the server's source timestamp; `gateway`: its server timestamp; `edge`: arrival. */
  timeSource: z.enum(TIME_SOURCES),
  /** The server calls the values uncertain (status code 0x40…). */
  uncertain: z.literal(true).optional(),
  /** Field of the device to value. */
  values: z.record(z.string().min(1).max(128), z.number()).refine((values) => Object.keys(values).length <= FIELDS_MAX),
});

export type OpcUaMessage = z.infer<typeof opcUaMessageSchema>;

/** Parses a message of the OPC UA source; `decoded` is the object of values. */
export const parseOpcUa: ParseUplink = (message, parsed) => {
  const json = parsed ?? parseMessageJson(message.payload);
  if (!json.ok) return json;
  const body = opcUaMessageSchema.safeParse(json.value);
  if (!body.success) return notThisFormat(body.error);
  const { time, timeSource, uncertain, values } = body.data;
  const device = parseDeviceId(body.data.device);
  if (device === undefined) return fail('not-this-format', '`device` names no device');
  const ms = parseInstant(time);
  if (ms === undefined) return fail('bad-time', '`time` is no time with a zone');
  const uplink = objectUplink('opc-ua', device, values, { ms, source: timeSource });
  return ok(uncertain === undefined ? uplink : { ...uplink, flags: ['device-reported-fault'] });
};
