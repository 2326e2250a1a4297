import { z } from 'zod';
import { decimal } from '../observation/decimal.ts';
import { type EpochMs, parseInstant } from '../observation/instant.ts';
import type { TimeSource } from '../observation/quality.ts';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { isApplicationPort } from './application-port.ts';
import { parseDevEui } from './dev-eui.ts';
import { decodeFrmPayload } from './frm-payload.ts';
import { parseMessageJson } from './message-json.ts';
import type {
  DevEui,
  DeviceStatus,
  Join,
  NetworkEvent,
  ParseUplink,
  RawMessage,
  Reception,
  Uplink,
  UplinkFaultCode,
} from './network-event.ts';
import { notThisFormat } from './not-this-format.ts';
import { strongestFirst } from './receptions.ts';
import {
  countSchema,
  FRAME_COUNTER_MAX,
  flagSchema,
  levelSchema,
  nameTextSchema,
  optionalTextSchema,
  PORT_MAX,
} from './wire-fields.ts';

const TOPIC = /(?:^|\/)application\/[^/]+\/device\/([^/]+)\/event\/([a-z]+)$/;

/**
 * The network server sets `time` to a gateway's clock only where it agrees with its own within `rx_timestamp_max_drift`,
 * and copies it then; what lies further away than this was refused.
 */
const COPIED_TIME_TOLERANCE_MS = 1000;

const receptionSchema = z.object({
  gatewayId: nameTextSchema,
  rssi: levelSchema,
  snr: levelSchema,
  /** Only from a gateway with GNSS. */
  timeSinceGpsEpoch: optionalTextSchema,
  gwTime: optionalTextSchema,
  nsTime: optionalTextSchema,
  /** What early v4 calls `gwTime`. */
  time: optionalTextSchema,
});
type WireReception = z.infer<typeof receptionSchema>;

const deviceSchema = z.object({ devEui: z.string(), deviceName: nameTextSchema.optional() });
const devAddrSchema = z
  .string()
  .regex(/^[0-9A-Fa-f]{8}$/)
  .optional();

const upSchema = z.object({
  time: z.string().nullish(),
  deviceInfo: deviceSchema,
  devAddr: devAddrSchema,
  adr: flagSchema,
  confirmed: flagSchema,
  fCnt: countSchema(FRAME_COUNTER_MAX),
  fPort: countSchema(PORT_MAX),
  data: z.string().nullish(),
  object: z.unknown().optional(),
  rxInfo: z.array(receptionSchema).nullish(),
  joinServerContext: z.record(z.string(), z.unknown()).nullish(),
});
type WireUp = z.infer<typeof upSchema>;

const joinSchema = z.object({ time: z.string().nullish(), deviceInfo: deviceSchema, devAddr: devAddrSchema });

const statusSchema = z.object({
  time: z.string().nullish(),
  deviceInfo: deviceSchema,
  margin: z.int().min(-32).max(31).nullish(),
  externalPowerSource: flagSchema,
  batteryLevelUnavailable: flagSchema,
  batteryLevel: z.number().min(0).max(100).nullish(),
});

type Parsed<T extends NetworkEvent = NetworkEvent> = Result<T, Fault<UplinkFaultCode>>;

/** Device and event of `application/<id>/device/<devEui>/event/<event>`, behind any prefix that a bridge adds. */
export function chirpstackTopic(topic: string): { readonly devEui: DevEui; readonly event: string } | undefined {
  const [, device = '', event = ''] = TOPIC.exec(topic) ?? [];
  const devEui = parseDevEui(device);
  return devEui === undefined ? undefined : { devEui, event };
}

/**
 * Parses an event of ChirpStack v4 in its JSON encoding (integration.proto): `up`, `join` and `status`; any other event,
 * and an uplink without application data, is of kind `other`. Fields at their default may be missing: early v4 omits them.
 * `time` is already the best clock that the network server had; which one it was shows in `rxInfo`.
 */
export const parseChirpstackV4: ParseUplink = (message) => {
  const topic = chirpstackTopic(message.topic);
  if (topic === undefined) return fail('not-this-format', 'the topic names no device and event');
  if (topic.event !== 'up' && topic.event !== 'join' && topic.event !== 'status') {
    return ok({ kind: 'other', event: topic.event });
  }
  const json = parseMessageJson(message.payload);
  if (!json.ok) return json;
  switch (topic.event) {
    case 'up':
      return readAs(upSchema, json.value, topic.devEui, (body) => readUplink(body, topic.devEui, message));
    case 'join':
      return readAs(joinSchema, json.value, topic.devEui, (body) => readJoin(body, topic.devEui, message));
    case 'status':
      return readAs(statusSchema, json.value, topic.devEui, (body) => readStatus(body, topic.devEui, message));
  }
};

/** Checks the body and that it speaks of the device of the topic: a mixed-up bridge must not feed another sensor. */
function readAs<T extends { readonly deviceInfo: { readonly devEui: string } }>(
  schema: z.ZodType<T>,
  json: unknown,
  devEui: DevEui,
  read: (body: T) => Parsed,
): Parsed {
  const body = schema.safeParse(json);
  if (!body.success) return notThisFormat(body.error);
  if (parseDevEui(body.data.deviceInfo.devEui) !== devEui) {
    return fail('not-this-format', 'topic and body name different devices');
  }
  return read(body.data);
}

function readUplink(body: WireUp, devEui: DevEui, message: RawMessage): Parsed {
  if (!isApplicationPort(body.fPort)) return ok({ kind: 'other', event: 'up-without-application-data' });
  if (body.joinServerContext && Object.keys(body.joinServerContext).length > 0) {
    return fail('still-encrypted', 'the join server keeps the AppSKey: the network server cannot decrypt the payload');
  }
  const payload = decodeFrmPayload(body.data ?? '');
  if (payload === undefined) return fail('bad-payload-encoding', '`data` is no base64 of an application payload');
  const rxInfo = body.rxInfo ?? [];
  const observed = observedTime(body.time, rxInfo, message);
  if (observed === undefined) return badTime(body.time);
  const uplink: Uplink = {
    kind: 'uplink',
    format: 'chirpstack-v4',
    devEui,
    ...(body.deviceInfo.deviceName === undefined ? {} : { deviceName: body.deviceInfo.deviceName }),
    session: session(body.devAddr),
    frameCounter: body.fCnt,
    port: body.fPort,
    confirmed: body.confirmed,
    adr: body.adr,
    payload,
    ...(body.object === undefined || body.object === null ? {} : { decoded: body.object }),
    observedMs: observed.ms,
    timeSource: observed.source,
    receptions: strongestFirst(rxInfo.map(toReception)),
    simulated: false,
  };
  return ok(uplink);
}

function readJoin(body: z.infer<typeof joinSchema>, devEui: DevEui, message: RawMessage): Parsed<Join> {
  const observed = observedTime(body.time, [], message);
  if (observed === undefined) return badTime(body.time);
  return ok({ kind: 'join', devEui, session: session(body.devAddr), observedMs: observed.ms });
}

function readStatus(body: z.infer<typeof statusSchema>, devEui: DevEui, message: RawMessage): Parsed<DeviceStatus> {
  const observed = observedTime(body.time, [], message);
  if (observed === undefined) return badTime(body.time);
  // The level travels as a 32-bit float of 254 steps: two decimals keep every step apart and drop the noise.
  const known = !body.batteryLevelUnavailable && !body.externalPowerSource;
  const batteryPercent = known ? decimal(Math.round((body.batteryLevel ?? 0) * 100), 2) : undefined;
  return ok({
    kind: 'status',
    devEui,
    observedMs: observed.ms,
    ...(batteryPercent === undefined ? {} : { batteryPercent }),
    externalPower: body.externalPowerSource,
    linkMarginDb: body.margin ?? 0,
  });
}

interface ObservedTime {
  readonly ms: EpochMs;
  readonly source: TimeSource;
}

function observedTime(
  time: string | null | undefined,
  rxInfo: readonly WireReception[],
  message: RawMessage,
): ObservedTime | undefined {
  if (time === undefined || time === null) return fallbackTime(rxInfo, message);
  const ms = parseInstant(time);
  if (ms === undefined) return undefined;
  if (rxInfo.some((reception) => reception.timeSinceGpsEpoch !== undefined)) return { ms, source: 'gateway-gps' };
  const gatewayMs = firstInstant(rxInfo, gatewayTime);
  const copied = gatewayMs !== undefined && Math.abs(gatewayMs - ms) <= COPIED_TIME_TOLERANCE_MS;
  return { ms, source: copied ? 'gateway' : 'network-server' };
}

function fallbackTime(rxInfo: readonly WireReception[], message: RawMessage): ObservedTime {
  const gatewayMs = firstInstant(rxInfo, gatewayTime);
  if (gatewayMs !== undefined) return { ms: gatewayMs, source: 'gateway' };
  const serverMs = firstInstant(rxInfo, (reception) => reception.nsTime);
  if (serverMs !== undefined) return { ms: serverMs, source: 'network-server' };
  return { ms: message.receivedMs, source: 'edge' };
}

function gatewayTime(reception: WireReception): string | undefined {
  return reception.gwTime ?? reception.time;
}

function firstInstant(
  rxInfo: readonly WireReception[],
  timeOf: (reception: WireReception) => string | undefined,
): EpochMs | undefined {
  for (const reception of rxInfo) {
    const ms = parseInstant(timeOf(reception) ?? '');
    if (ms !== undefined) return ms;
  }
  return undefined;
}

function toReception({ gatewayId, rssi, snr }: WireReception): Reception {
  return {
    gateway: gatewayId.toUpperCase(),
    ...(rssi === undefined ? {} : { rssi }),
    ...(snr === undefined ? {} : { snr }),
  };
}

function session(devAddr: string | undefined): string {
  return devAddr === undefined ? '' : devAddr.toUpperCase();
}

function badTime(time: string | null | undefined): { readonly ok: false; readonly fault: Fault<'bad-time'> } {
  return fail('bad-time', `"${String(time).slice(0, 64)}" is no RFC 3339 time with a zone`);
}
