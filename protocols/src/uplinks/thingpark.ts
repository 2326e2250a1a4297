import { type EpochMs, INSTANT_MAX_MS, parseInstant } from '../observation/instant.ts';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { isApplicationPort } from './application-port.ts';
import { isBoundedJson, isJsonFields, type JsonFields } from './bounded-json.ts';
import { parseDevEui } from './dev-eui.ts';
import { decodeHexPayload } from './frm-payload.ts';
import { parseMessageJson } from './message-json.ts';
import type { DevEui, NetworkEvent, ParseUplink, RawMessage, Reception, UplinkFaultCode } from './network-event.ts';
import { notThisFormat } from './not-this-format.ts';
import { strongestFirst } from './receptions.ts';
import { notificationSchema, uplinkSchema, type WireReception, type WireUplink } from './thingpark-fields.ts';
import { NAME_TEXT_MAX } from './wire-fields.ts';

const TOPIC = /(?:^|\/)mqtt\/things\/([^/]+)\/uplink$/;
const UPLINK_ROOT = 'DevEUI_uplink';
const NOTIFICATION_ROOT = 'DevEUI_notification';
/** Other documents of a device: locations, alarms, acknowledgements of downlinks. */
const OTHER_ROOT = /^DevEUI_[A-Za-z_]{1,40}$/;
const CONFIRMED_UP = 4;

type Parsed = Result<NetworkEvent, Fault<UplinkFaultCode>>;

/** Device of `mqtt/things/<DevEUI>/uplink`, which ThingPark's MQTT connector proposes; the operator may set another. */
export function thingParkTopic(topic: string): { readonly devEui: DevEui } | undefined {
  const devEui = parseDevEui(TOPIC.exec(topic)?.[1] ?? '');
  return devEui === undefined ? undefined : { devEui };
}

/**
 * Parses a document of Actility ThingPark (tunnel interface and IoT Flow connectors, tpx-iot-flow-doc `docs/Message`),
 * from MQTT or a webhook: with or without its wrapper, numbers as numbers or as texts. `Time` is the clock of the gateway
 * with its offset, so a frame that was queued there (`Late`) still has its own time. A failed decode at the server
 * (`payloadDecodedError`) leaves the payload good. Of notifications a join is read; all other documents are of kind
 * `other`. The form without any metadata (`sendRawDecodedFormat`) names no device: read it as plain JSON.
 */
export const parseThingPark: ParseUplink = (message, parsed) => {
  const json = parsed ?? parseMessageJson(message.payload);
  if (!json.ok) return json;
  if (!isJsonFields(json.value)) return fail('not-this-format', 'the body is no object');
  const body = json.value;
  if (Object.hasOwn(body, UPLINK_ROOT)) return readUplink(body[UPLINK_ROOT], message);
  if (Object.hasOwn(body, NOTIFICATION_ROOT)) return readNotification(body[NOTIFICATION_ROOT], message);
  if (Object.hasOwn(body, 'DevEUI')) return readUplink(body, message);
  const root = Object.keys(body)[0] ?? '';
  return OTHER_ROOT.test(root) ? ok({ kind: 'other', event: root }) : fail('not-this-format', 'no `DevEUI_uplink`');
};

function readUplink(json: unknown, message: RawMessage): Parsed {
  const body = uplinkSchema.safeParse(json);
  if (!body.success) return notThisFormat(body.error);
  const uplink = body.data;
  const device = readDevice(uplink.DevEUI, message);
  if (!device.ok) return device;
  const { FPort: port, FCntUp: frameCounter } = uplink;
  const carriesData = typeof port === 'number' && typeof frameCounter === 'number' && isApplicationPort(port);
  if (!carriesData) return ok({ kind: 'other', event: 'up-without-application-data' });
  const payload = decodeHexPayload(uplink.payload_hex ?? '');
  if (payload === undefined) return fail('bad-payload-encoding', '`payload_hex` is no hex of an application payload');
  const observedMs = readTime(uplink.Time);
  if (observedMs === undefined) return badTime();
  const deviceName = readName(uplink.CustomerData);
  const decoded = uplink.payload;
  return ok({
    kind: 'uplink',
    format: 'thingpark',
    device: device.value,
    ...(deviceName === undefined ? {} : { deviceName }),
    session: (uplink.DevAddr ?? '').toUpperCase(),
    frameCounter,
    port,
    confirmed: uplink.MType === CONFIRMED_UP,
    adr: uplink.ADRbit ?? false,
    payload,
    ...(isJsonFields(decoded) && isBoundedJson(decoded) ? { decoded } : {}),
    observedMs,
    timeSource: 'gateway',
    receptions: readReceptions(uplink),
    simulated: false,
  });
}

function readNotification(json: unknown, message: RawMessage): Parsed {
  const body = notificationSchema.safeParse(json);
  if (!body.success) return notThisFormat(body.error);
  if (body.data.Type !== 'join') return ok({ kind: 'other', event: NOTIFICATION_ROOT });
  const device = readDevice(body.data.DevEUI, message);
  if (!device.ok) return device;
  const observedMs = readTime(body.data.Time);
  if (observedMs === undefined) return badTime();
  return ok({ kind: 'join', device: device.value, session: (body.data.DevAddr ?? '').toUpperCase(), observedMs });
}

/** The device of the body, which must be that of the topic or of the source where those name one. */
function readDevice(text: string, message: RawMessage): Result<DevEui, Fault<'not-this-format'>> {
  const devEui = parseDevEui(text);
  if (devEui === undefined) return fail('not-this-format', '`DevEUI` is no DevEUI');
  const named = thingParkTopic(message.topic)?.devEui ?? message.device;
  if (named !== undefined && named !== devEui) {
    return fail('not-this-format', 'topic and body name different devices');
  }
  return ok(devEui);
}

function readTime(time: string | number): EpochMs | undefined {
  if (typeof time === 'string') return parseInstant(time);
  return Number.isInteger(time) && time >= 0 && time <= INSTANT_MAX_MS ? time : undefined;
}

/** The gateways of the list, else the best one, which stands at the top as well. */
function readReceptions(uplink: WireUplink): readonly Reception[] {
  const { Lrrid, LrrRSSI, LrrSNR } = uplink;
  const best = Lrrid === undefined ? [] : [{ Lrrid, LrrRSSI, LrrSNR }];
  const listed = uplink.Lrrs?.Lrr ?? [];
  return strongestFirst((listed.length === 0 ? best : listed).map(toReception));
}

function toReception({ Lrrid, LrrRSSI, LrrSNR }: WireReception): Reception {
  return {
    gateway: Lrrid.toUpperCase(),
    ...(LrrRSSI === undefined ? {} : { rssi: LrrRSSI }),
    ...(LrrSNR === undefined ? {} : { snr: LrrSNR }),
  };
}

/** The device's name in `CustomerData`: an object, or the text of one where XML was turned into JSON. */
function readName(customerData: unknown): string | undefined {
  const fields = typeof customerData === 'string' ? parseFields(customerData) : customerData;
  const name = isJsonFields(fields) ? fields.name : undefined;
  return typeof name === 'string' && name !== '' && name.length <= NAME_TEXT_MAX ? name : undefined;
}

function parseFields(text: string): JsonFields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function badTime(): { readonly ok: false; readonly fault: Fault<'bad-time'> } {
  return fail('bad-time', '`Time` is no ISO 8601 time with an offset');
}
