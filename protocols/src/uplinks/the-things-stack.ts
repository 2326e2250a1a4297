import { z } from 'zod';
import { type EpochMs, parseInstant } from '../observation/instant.ts';
import type { TimeSource } from '../observation/quality.ts';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { isApplicationPort } from './application-port.ts';
import { parseDevEui } from './dev-eui.ts';
import { decodeFrmPayload } from './frm-payload.ts';
import { parseMessageJson } from './message-json.ts';
import type { DevEui, NetworkEvent, ParseUplink, RawMessage, Reception, UplinkFaultCode } from './network-event.ts';
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

const TOPIC = /(?:^|\/)v3\/[^/]+\/devices\/[^/]+\/((?:[a-z]+)(?:\/[a-z]+)?)$/;

/** A gateway's clock further from the network server's than this is set wrong: frames reach the server within seconds. */
const GATEWAY_CLOCK_DRIFT_MAX_MS = 60_000;

const receptionSchema = z.object({
  gateway_ids: z.object({ gateway_id: nameTextSchema, eui: nameTextSchema.optional() }),
  gps_time: optionalTextSchema,
  time: optionalTextSchema,
  rssi: levelSchema,
  snr: levelSchema,
});
type WireReception = z.infer<typeof receptionSchema>;

const uplinkMessageSchema = z.object({
  session_key_id: nameTextSchema.nullish(),
  app_s_key: z.unknown().optional(),
  f_port: countSchema(PORT_MAX),
  f_cnt: countSchema(FRAME_COUNTER_MAX),
  confirmed: flagSchema,
  frm_payload: z.string().nullish(),
  decoded_payload: z.unknown().optional(),
  rx_metadata: z.array(receptionSchema).nullish(),
  settings: z.object({ time: optionalTextSchema }).nullish(),
  received_at: z.string().nullish(),
});
type WireUplink = z.infer<typeof uplinkMessageSchema>;

const messageSchema = z.object({
  end_device_ids: z.object({ device_id: nameTextSchema.optional(), dev_eui: z.string() }),
  received_at: z.string().nullish(),
  simulated: flagSchema,
  uplink_message: uplinkMessageSchema.optional(),
  join_accept: z.object({ session_key_id: nameTextSchema.nullish(), received_at: z.string().nullish() }).optional(),
});
type WireMessage = z.infer<typeof messageSchema>;

type Parsed = Result<NetworkEvent, Fault<UplinkFaultCode>>;

/** Event of `v3/<application>[@<tenant>]/devices/<device>/<event>`, behind any prefix that a bridge adds. */
export function theThingsStackTopic(topic: string): { readonly event: string } | undefined {
  const event = TOPIC.exec(topic)?.[1];
  return event === undefined ? undefined : { event };
}

/**
 * Parses a message of The Things Stack v3, from MQTT or from a webhook: what it is shows in the body, so the topic may be
 * anything. A message that is neither an uplink nor a join is of kind `other`. Empty fields are left out by the server and
 * mean zero. Time, best first: a gateway's GPS, the earliest plausible gateway clock, the network server, arrival here.
 */
export const parseTheThingsStack: ParseUplink = (message, parsed) => {
  const json = parsed ?? parseMessageJson(message.payload);
  if (!json.ok) return json;
  const body = messageSchema.safeParse(json.value);
  if (!body.success) return notThisFormat(body.error);
  const devEui = parseDevEui(body.data.end_device_ids.dev_eui);
  if (devEui === undefined) return fail('not-this-format', '`dev_eui` is no DevEUI');
  if (body.data.uplink_message !== undefined) return readUplink(body.data, body.data.uplink_message, devEui, message);
  if (body.data.join_accept !== undefined) return readJoin(body.data, devEui, message);
  return ok({ kind: 'other', event: theThingsStackTopic(message.topic)?.event ?? 'unknown' });
};

function readUplink(body: WireMessage, uplink: WireUplink, devEui: DevEui, message: RawMessage): Parsed {
  if (!isApplicationPort(uplink.f_port)) return ok({ kind: 'other', event: 'up-without-application-data' });
  if (uplink.app_s_key !== undefined && uplink.app_s_key !== null) {
    return fail('still-encrypted', 'payload crypto is skipped for the device: the payload is not decrypted');
  }
  const payload = decodeFrmPayload(uplink.frm_payload ?? '');
  if (payload === undefined) {
    return fail('bad-payload-encoding', '`frm_payload` is no base64 of an application payload');
  }
  const serverTime = readServerTime([uplink.received_at, body.received_at], message);
  if (!serverTime.ok) return serverTime;
  const rxMetadata = uplink.rx_metadata ?? [];
  const observed = gatewayTime(rxMetadata, uplink.settings?.time, serverTime.value.ms) ?? serverTime.value;
  const deviceName = body.end_device_ids.device_id;
  return ok({
    kind: 'uplink',
    format: 'the-things-stack',
    device: devEui,
    ...(deviceName === undefined ? {} : { deviceName }),
    session: uplink.session_key_id ?? '',
    frameCounter: uplink.f_cnt,
    port: uplink.f_port,
    confirmed: uplink.confirmed,
    adr: false,
    payload,
    ...(uplink.decoded_payload === undefined || uplink.decoded_payload === null
      ? {}
      : { decoded: uplink.decoded_payload }),
    observedMs: observed.ms,
    timeSource: observed.source,
    receptions: strongestFirst(rxMetadata.map(toReception)),
    simulated: body.simulated,
  });
}

function readJoin(body: WireMessage, devEui: DevEui, message: RawMessage): Parsed {
  const observed = readServerTime([body.join_accept?.received_at, body.received_at], message);
  if (!observed.ok) return observed;
  const session = body.join_accept?.session_key_id ?? '';
  return ok({ kind: 'join', device: devEui, session, observedMs: observed.value.ms });
}

interface ObservedTime {
  readonly ms: EpochMs;
  readonly source: TimeSource;
}

/** The first time that is there: the Network Server's, then the Application Server's; without one, arrival here. */
function readServerTime(
  candidates: readonly (string | null | undefined)[],
  message: RawMessage,
): Result<ObservedTime, Fault<'bad-time'>> {
  const text = candidates.find((candidate) => candidate !== undefined && candidate !== null);
  if (text === undefined || text === null) return ok({ ms: message.receivedMs, source: 'edge' });
  const ms = parseInstant(text);
  if (ms === undefined) return fail('bad-time', '`received_at` is no RFC 3339 time with a zone');
  return ok({ ms, source: 'network-server' });
}

function gatewayTime(
  rxMetadata: readonly WireReception[],
  settingsTime: string | undefined,
  serverMs: EpochMs,
): ObservedTime | undefined {
  const gpsMs = earliestPlausible(rxMetadata, (reception) => reception.gps_time, serverMs);
  if (gpsMs !== undefined) return { ms: gpsMs, source: 'gateway-gps' };
  const clockMs =
    earliestPlausible(rxMetadata, (reception) => reception.time, serverMs) ?? plausible(settingsTime, serverMs);
  return clockMs === undefined ? undefined : { ms: clockMs, source: 'gateway' };
}

function earliestPlausible(
  rxMetadata: readonly WireReception[],
  timeOf: (reception: WireReception) => string | undefined,
  serverMs: EpochMs,
): EpochMs | undefined {
  let earliest: EpochMs | undefined;
  for (const reception of rxMetadata) {
    const ms = plausible(timeOf(reception), serverMs);
    if (ms !== undefined && (earliest === undefined || ms < earliest)) earliest = ms;
  }
  return earliest;
}

function plausible(text: string | undefined, serverMs: EpochMs): EpochMs | undefined {
  const ms = text === undefined ? undefined : parseInstant(text);
  return ms !== undefined && Math.abs(ms - serverMs) <= GATEWAY_CLOCK_DRIFT_MAX_MS ? ms : undefined;
}

function toReception({ gateway_ids, rssi, snr }: WireReception): Reception {
  return {
    gateway: gateway_ids.eui?.toUpperCase() ?? gateway_ids.gateway_id,
    ...(rssi === undefined ? {} : { rssi }),
    ...(snr === undefined ? {} : { snr }),
  };
}
