import { z } from 'zod';
import { decimal } from '../observation/decimal.ts';
import { type EpochMs, parseInstant } from '../observation/instant.ts';
import type { TimeSource } from '../observation/quality.ts';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { isApplicationPort } from './application-port.ts';
import {
  devAddrSchema,
  deviceSchema,
  readUsualUp,
  upSchema,
  type WireReception,
  type WireUp,
} from './chirpstack-v4-up.ts';
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
import { flagSchema } from './wire-fields.ts';

const TOPIC = /(?:^|\/)application\/[^/]+\/device\/([^/]+)\/event\/([a-z]+)$/;

/**
 * The network server sets `time` to a gateway's clock only where it agrees with its own within `rx_timestamp_max_drift`,
 * and copies it then; what lies further away than this was refused.
 */
const COPIED_TIME_TOLERANCE_MS = 1000;

const joinSchema = z.object({ time: z.string().nullish(), deviceInfo: deviceSchema, devAddr: devAddrSchema });

const statusSchema = z.object({
  time: z.string().nullish(),
  deviceInfo: deviceSchema,
  margin: z.int().min(-32).max(31).nullish(),
  externalPowerSource: flagSchema,
  batteryLevelUnavailable: flagSchema,
  batteryLevel: z.number().min(0).max(100).nullish(),
});

/** While it is put together: fields that are not known are absent, and a spread for each costs more than all the rest. */
type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

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
export const parseChirpstackV4: ParseUplink = (message, parsed) => {
  const topic = chirpstackTopic(message.topic);
  if (topic === undefined) return fail('not-this-format', 'the topic names no device and event');
  if (topic.event !== 'up' && topic.event !== 'join' && topic.event !== 'status') {
    return ok({ kind: 'other', event: topic.event });
  }
  const json = parsed ?? parseMessageJson(message.payload);
  if (!json.ok) return json;
  switch (topic.event) {
    case 'up': {
      const usual = readUsualUp(json.value);
      if (usual !== undefined) return readOf(usual, topic.devEui, message, readUplink);
      return readAs(upSchema, json.value, topic.devEui, message, readUplink);
    }
    case 'join':
      return readAs(joinSchema, json.value, topic.devEui, message, readJoin);
    case 'status':
      return readAs(statusSchema, json.value, topic.devEui, message, readStatus);
  }
};

interface OfDevice {
  readonly deviceInfo: { readonly devEui: string };
}
type Read<T> = (body: T, devEui: DevEui, message: RawMessage) => Parsed;

function readAs<T extends OfDevice>(
  schema: z.ZodType<T>,
  json: unknown,
  devEui: DevEui,
  message: RawMessage,
  read: Read<T>,
): Parsed {
  const body = schema.safeParse(json);
  return body.success ? readOf(body.data, devEui, message, read) : notThisFormat(body.error);
}

/** Reads a body that speaks of the device of the topic: a mixed-up bridge must not feed another sensor. */
function readOf<T extends OfDevice>(body: T, devEui: DevEui, message: RawMessage, read: Read<T>): Parsed {
  if (parseDevEui(body.deviceInfo.devEui) !== devEui) {
    return fail('not-this-format', 'topic and body name different devices');
  }
  return read(body, devEui, message);
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
  if (observed === undefined) return badTime();
  const uplink: Mutable<Uplink> = {
    kind: 'uplink',
    format: 'chirpstack-v4',
    device: devEui,
    session: session(body.devAddr),
    frameCounter: body.fCnt,
    port: body.fPort,
    confirmed: body.confirmed,
    adr: body.adr,
    payload,
    observedMs: observed.ms,
    timeSource: observed.source,
    receptions: strongestFirst(rxInfo.map(toReception)),
    simulated: false,
  };
  if (body.deviceInfo.deviceName !== undefined) uplink.deviceName = body.deviceInfo.deviceName;
  if (body.object !== undefined && body.object !== null) uplink.decoded = body.object;
  return ok(uplink);
}

function readJoin(body: z.infer<typeof joinSchema>, devEui: DevEui, message: RawMessage): Parsed<Join> {
  const observed = observedTime(body.time, [], message);
  if (observed === undefined) return badTime();
  return ok({ kind: 'join', device: devEui, session: session(body.devAddr), observedMs: observed.ms });
}

function readStatus(body: z.infer<typeof statusSchema>, devEui: DevEui, message: RawMessage): Parsed<DeviceStatus> {
  const observed = observedTime(body.time, [], message);
  if (observed === undefined) return badTime();
  // The level travels as a 32-bit float of 254 steps: two decimals keep every step apart and drop the noise.
  const known = !body.batteryLevelUnavailable && !body.externalPowerSource;
  const batteryPercent = known ? decimal(Math.round((body.batteryLevel ?? 0) * 100), 2) : undefined;
  return ok({
    kind: 'status',
    device: devEui,
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
  const reception: Mutable<Reception> = { gateway: gatewayId.toUpperCase() };
  if (rssi !== undefined) reception.rssi = rssi;
  if (snr !== undefined) reception.snr = snr;
  return reception;
}

function session(devAddr: string | undefined): string {
  return devAddr === undefined ? '' : devAddr.toUpperCase();
}

function badTime(): { readonly ok: false; readonly fault: Fault<'bad-time'> } {
  return fail('bad-time', '`time` is no RFC 3339 time with a zone');
}
