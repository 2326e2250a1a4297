import { z } from 'zod';
import { PHY_PAYLOAD_MAX_BYTES } from '../lorawan/mod.ts';
import { type EpochMs, INSTANT_MAX_MS } from '../observation/instant.ts';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { parseDevEui } from './dev-eui.ts';
import { decodeHexPayload } from './frm-payload.ts';
import { heardTime } from './gateway-time.ts';
import type { HeardFrame } from './lorawan.ts';
import { parseMessageJson } from './message-json.ts';
import { notThisFormat } from './not-this-format.ts';
import { levelSchema } from './wire-fields.ts';

/** What a station says, as far as anything is done about it. */
export type StationMessage =
  | { readonly kind: 'version' }
  /** A data frame or a join request, put together again as it was on air. */
  | { readonly kind: 'frame'; readonly frame: HeardFrame }
  /** The station asks for the GPS time; `txtime` goes back as it came. */
  | { readonly kind: 'timesync'; readonly txtime: number }
  /** Confirmations of downlinks, remote shells, proprietary frames. */
  | { readonly kind: 'other' };

export type StationFaultCode = 'not-json' | 'not-this-format';
type Read<T> = Result<T, Fault<StationFaultCode>>;

const MS_PER_SECOND = 1_000;
const MICROSECONDS_PER_MS = 1_000;
const NO_PORT = -1;
const JOIN_REQUEST_HEADER = 0;

const int32 = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);
const octet = z.int().min(0).max(255);
const uint16 = z.int().min(0).max(65_535);

const radioSchema = z
  .object({ gpstime: levelSchema, rssi: levelSchema, snr: levelSchema, rxtime: levelSchema })
  .catch({ gpstime: undefined, rssi: undefined, snr: undefined, rxtime: undefined });

/** Names in lower case: stations and servers differ in `MHdr` and `FCnt`. */
const dataSchema = z.object({
  mhdr: octet,
  devaddr: int32,
  fctrl: octet,
  fcnt: uint16,
  fopts: z.string(),
  fport: z.int().min(NO_PORT).max(255),
  frmpayload: z.string(),
  mic: int32,
  upinfo: radioSchema.optional(),
});

const joinSchema = z.object({
  mhdr: octet.default(JOIN_REQUEST_HEADER),
  joineui: z.string(),
  deveui: z.string(),
  devnonce: uint16,
  mic: int32,
  upinfo: radioSchema.optional(),
});

const timesyncSchema = z.object({ txtime: z.number() });
const messageSchema = z.looseObject({ msgtype: z.string().max(64) });

/**
 * Reads a text message of a station of LoRa Basics Station's LNS protocol (lorabasics/basicstation src/s2e.c and lora.c).
 * `DevAddr` and `MIC` are signed 32-bit integers there. Never throws.
 * @param gateway EUI of the station, 16 hex digits, upper case
 */
export function readStationMessage(body: Uint8Array, gateway: string): Read<StationMessage> {
  const json = parseMessageJson(body);
  if (!json.ok) return json;
  const message = messageSchema.safeParse(json.value);
  if (!message.success) return notThisFormat(message.error);
  switch (message.data.msgtype) {
    case 'version':
      return ok({ kind: 'version' });
    case 'updf':
      return readData(lowerCased(message.data), gateway);
    case 'jreq':
      return readJoin(lowerCased(message.data), gateway);
    case 'timesync': {
      const request = timesyncSchema.safeParse(message.data);
      return request.success ? ok({ kind: 'timesync', txtime: request.data.txtime }) : notThisFormat(request.error);
    }
    default:
      return ok({ kind: 'other' });
  }
}

function readData(json: unknown, gateway: string): Read<StationMessage> {
  const read = dataSchema.safeParse(json);
  if (!read.success) return notThisFormat(read.error);
  const { mhdr, devaddr, fctrl, fcnt, fopts, fport, frmpayload, mic, upinfo } = read.data;
  const options = decodeHexPayload(fopts);
  const payload = decodeHexPayload(frmpayload);
  if (options === undefined || payload === undefined) return fail('not-this-format', 'FOpts or FRMPayload is no hex');
  if ((fctrl & 0x0f) !== options.length) return fail('not-this-format', 'FOpts is not as long as FCtrl says');
  if (fport === NO_PORT && payload.length > 0) return fail('not-this-format', 'an FRMPayload without an FPort');
  const application = fport === NO_PORT ? [] : [fport, ...payload];
  return frameOf(
    [mhdr, ...littleEndian(devaddr, 4), fctrl, ...littleEndian(fcnt, 2), ...options, ...application],
    mic,
    upinfo,
    gateway,
  );
}

function readJoin(json: unknown, gateway: string): Read<StationMessage> {
  const read = joinSchema.safeParse(json);
  if (!read.success) return notThisFormat(read.error);
  const { mhdr, joineui, deveui, devnonce, mic, upinfo } = read.data;
  const joinEui = parseDevEui(joineui);
  const devEui = parseDevEui(deveui);
  if (joinEui === undefined || devEui === undefined) return fail('not-this-format', 'JoinEui or DevEui is no EUI');
  const bytes = [mhdr, ...reversedBytes(joinEui), ...reversedBytes(devEui), ...littleEndian(devnonce, 2)];
  return frameOf(bytes, mic, upinfo, gateway);
}

function frameOf(
  withoutMic: readonly number[],
  mic: number,
  radio: z.output<typeof radioSchema> | undefined,
  gateway: string,
): Read<StationMessage> {
  const phyPayload = Uint8Array.from([...withoutMic, ...littleEndian(mic, 4)]);
  if (phyPayload.length > PHY_PAYLOAD_MAX_BYTES) return fail('not-this-format', 'longer than a radio can carry');
  const { rssi, snr, gpstime, rxtime } = radio ?? {};
  return ok({
    kind: 'frame',
    frame: {
      phyPayload,
      gateway,
      ...(rssi === undefined ? {} : { rssi }),
      ...(snr === undefined ? {} : { snr }),
      // 0: the station has no GPS time.
      ...heardTime(gpstime === undefined || gpstime <= 0 ? undefined : gpstime / MICROSECONDS_PER_MS, clockMs(rxtime)),
    },
  });
}

function clockMs(seconds: number | undefined): EpochMs | undefined {
  if (seconds === undefined) return undefined;
  // To whole microseconds first: 1784034902.787 times 1000 is not whole in binary.
  const ms = Math.floor(Math.round(seconds * 1e6) / MICROSECONDS_PER_MS);
  return ms >= MS_PER_SECOND && ms <= INSTANT_MAX_MS ? ms : undefined;
}

function littleEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, index) => (value >> (8 * index)) & 0xff);
}

function reversedBytes(eui: string): number[] {
  return Array.from({ length: 8 }, (_, index) => Number.parseInt(eui.slice(14 - 2 * index, 16 - 2 * index), 16));
}

function lowerCased(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
}
