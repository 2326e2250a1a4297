import type { z } from 'zod';
import { decimal } from '../observation/decimal.ts';
import { type EpochMs, parseInstant } from '../observation/instant.ts';
import type { TimeSource } from '../observation/quality.ts';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { isApplicationPort } from './application-port.ts';
import { isBoundedJson } from './bounded-json.ts';
import {
  joinSchema,
  readDevEui,
  readGateway,
  readSession,
  statusSchema,
  upSchema,
  type WireJoin,
  type WireReception,
  type WireStatus,
  type WireUp,
} from './chirpstack-v3-fields.ts';
import { parseDevEui } from './dev-eui.ts';
import { decodeFrmPayload } from './frm-payload.ts';
import { parseGpsDuration } from './gps-time.ts';
import { parseMessageJson } from './message-json.ts';
import type {
  DevEui,
  DeviceStatus,
  Join,
  NetworkEvent,
  ParseUplink,
  RawMessage,
  Reception,
  UplinkFaultCode,
} from './network-event.ts';
import { notThisFormat } from './not-this-format.ts';
import { strongestFirst } from './receptions.ts';

/** Applications are numbers in v3 and UUIDs in v4; before v3.11 the topic had no `event/`, and older servers wrote `rx`. */
const TOPIC = /(?:^|\/)application\/\d+\/device\/([^/]+)\/(?:event\/)?([a-z]+)$/;

/** No network of this kind is older: an earlier time means that the clock of the gateway has not been set. */
const GATEWAY_CLOCK_SET_FROM_MS = Date.UTC(2015, 0, 1);

type Parsed<T extends NetworkEvent = NetworkEvent> = Result<T, Fault<UplinkFaultCode>>;

/** Device and event of `application/<number>/device/<devEui>/[event/]<event>`, behind any prefix that a bridge adds. */
export function chirpstackV3Topic(topic: string): { readonly devEui: DevEui; readonly event: string } | undefined {
  const [, device = '', event = ''] = TOPIC.exec(topic) ?? [];
  const devEui = parseDevEui(device);
  return devEui === undefined ? undefined : { devEui, event: event === 'rx' ? 'up' : event };
}

/**
 * Parses an event of ChirpStack v3 in either of its JSON encodings (its `marshaler` setting, application server
 * `internal/integration/marshaler`): `json_v3` writes EUIs in hex and the codec's result as `object`, protobuf as JSON
 * writes EUIs in base64 and the result as a text in `objectJSON`. `up`, `join` and `status` are read, any other event is
 * of kind `other`. Below a topic template of the operator's own, and from the HTTP integration, every message counts as
 * `up` and names its device in the body. There is no time at the top: best first, the earliest gateway clock, a gateway's
 * GPS time, arrival here.
 */
export const parseChirpstackV3: ParseUplink = (message, parsed) => {
  const { devEui, event } = chirpstackV3Topic(message.topic) ?? { devEui: undefined, event: 'up' };
  if (event !== 'up' && event !== 'join' && event !== 'status') return ok({ kind: 'other', event });
  const json = parsed ?? parseMessageJson(message.payload);
  if (!json.ok) return json;
  switch (event) {
    case 'up':
      return readAs(upSchema, json.value, devEui, message, readUplink);
    case 'join':
      return readAs(joinSchema, json.value, devEui, message, readJoin);
    case 'status':
      return readAs(statusSchema, json.value, devEui, message, readStatus);
  }
};

/** Reads a body that speaks of the device of the topic: a mixed-up bridge must not feed another sensor. */
function readAs<T extends { readonly devEUI: string }>(
  schema: z.ZodType<T>,
  json: unknown,
  ofTopic: DevEui | undefined,
  message: RawMessage,
  read: (body: T, device: DevEui, message: RawMessage) => Parsed,
): Parsed {
  const body = schema.safeParse(json);
  if (!body.success) return notThisFormat(body.error);
  const device = readDevEui(body.data.devEUI);
  if (device === undefined) return fail('not-this-format', '`devEUI` is no DevEUI in hex or base64');
  const named = ofTopic ?? message.device;
  if (named !== undefined && named !== device) {
    return fail('not-this-format', 'topic and body name different devices');
  }
  return read(body.data, device, message);
}

function readUplink(body: WireUp, device: DevEui, message: RawMessage): Parsed {
  if (!isApplicationPort(body.fPort)) return ok({ kind: 'other', event: 'up-without-application-data' });
  const payload = decodeFrmPayload(body.data ?? '');
  if (payload === undefined) return fail('bad-payload-encoding', '`data` is no base64 of an application payload');
  const rxInfo = body.rxInfo ?? [];
  const observed = observedTime(rxInfo, message);
  const decoded = readObject(body);
  return ok({
    kind: 'uplink',
    format: 'chirpstack-v3',
    device,
    ...(typeof body.deviceName === 'string' ? { deviceName: body.deviceName } : {}),
    session: readSession(body.devAddr),
    frameCounter: body.fCnt,
    port: body.fPort,
    confirmed: body.confirmedUplink,
    adr: body.adr,
    payload,
    ...(decoded === undefined ? {} : { decoded }),
    observedMs: observed.ms,
    timeSource: observed.source,
    receptions: strongestFirst(rxInfo.map(toReception)),
    simulated: false,
  });
}

function readJoin(body: WireJoin, device: DevEui, message: RawMessage): Parsed<Join> {
  const observed = observedTime(body.rxInfo ?? [], message);
  return ok({ kind: 'join', device, session: readSession(body.devAddr), observedMs: observed.ms });
}

function readStatus(body: WireStatus, device: DevEui, message: RawMessage): Parsed<DeviceStatus> {
  // The level travels as a 32-bit float of 254 steps: two decimals keep every step apart and drop the noise.
  const known = !body.batteryLevelUnavailable && !body.externalPowerSource;
  const batteryPercent = known ? decimal(Math.round((body.batteryLevel ?? 0) * 100), 2) : undefined;
  return ok({
    kind: 'status',
    device,
    observedMs: message.receivedMs,
    ...(batteryPercent === undefined ? {} : { batteryPercent }),
    externalPower: body.externalPowerSource,
    linkMarginDb: body.margin ?? 0,
  });
}

/** What the server's codec made of the payload; it is second best, so one that cannot be read is no fault. */
function readObject({ object, objectJSON }: WireUp): unknown {
  const text = objectJSON ?? '';
  const value = text === '' ? object : parseText(text);
  return value === null || !isBoundedJson(value) ? undefined : value;
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function observedTime(
  rxInfo: readonly WireReception[],
  message: RawMessage,
): { readonly ms: EpochMs; readonly source: TimeSource } {
  const clockMs = earliest(rxInfo, (reception) => parseInstant(reception.time ?? ''));
  if (clockMs !== undefined) return { ms: clockMs, source: 'gateway' };
  const gpsMs = earliest(rxInfo, (reception) => parseGpsDuration(reception.timeSinceGPSEpoch ?? ''));
  if (gpsMs !== undefined) return { ms: gpsMs, source: 'gateway-gps' };
  return { ms: message.receivedMs, source: 'edge' };
}

function earliest(
  rxInfo: readonly WireReception[],
  timeOf: (reception: WireReception) => EpochMs | undefined,
): EpochMs | undefined {
  let first: EpochMs | undefined;
  for (const reception of rxInfo) {
    const ms = timeOf(reception);
    if (ms === undefined || ms < GATEWAY_CLOCK_SET_FROM_MS) continue;
    if (first === undefined || ms < first) first = ms;
  }
  return first;
}

function toReception({ gatewayID, rssi, loRaSNR }: WireReception): Reception {
  return {
    gateway: readGateway(gatewayID),
    ...(rssi === undefined ? {} : { rssi }),
    ...(loRaSNR === undefined ? {} : { snr: loRaSNR }),
  };
}
