import { z } from 'zod';
import type { DataFrame, OpenedFrame } from '../lorawan/mod.ts';
import { epochMsSchema } from '../observation/datastream-description.ts';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { isApplicationPort } from './application-port.ts';
import { parseMessageJson } from './message-json.ts';
import type { DevEui, NetworkEvent, ParseUplink, RawMessage, Uplink } from './network-event.ts';
import { notThisFormat } from './not-this-format.ts';

/** One frame as one gateway heard it: the body of a message of the format `lorawan`, in which a source hands frames on. */
export interface HeardFrame {
  /** Encrypted, as it was on air. */
  readonly phyPayload: Uint8Array;
  /** EUI, 16 hex digits, upper case. */
  readonly gateway: string;
  /** dBm */
  readonly rssi?: number;
  /** dB */
  readonly snr?: number;
  /** When the gateway heard it; absent where it did not say. */
  readonly heard?: { readonly ms: number; readonly source: 'gateway-gps' | 'gateway' };
}

const TEXT_MAX = 344;

const bodySchema = z.object({
  phyPayload: z.base64().max(TEXT_MAX),
  gateway: z.string().regex(/^[0-9A-F]{16}$/),
  rssi: z.number().optional(),
  snr: z.number().optional(),
  heardMs: epochMsSchema.optional(),
  timeSource: z.enum(['gateway-gps', 'gateway']).optional(),
});

/** A message that holds one frame. */
export function frameMessage(frame: HeardFrame, origin: Pick<RawMessage, 'topic' | 'receivedMs'>): RawMessage {
  const { phyPayload, gateway, rssi, snr, heard } = frame;
  const body = {
    phyPayload: btoa(String.fromCharCode(...phyPayload)),
    gateway,
    rssi,
    snr,
    heardMs: heard?.ms,
    timeSource: heard?.source,
  };
  return { ...origin, format: 'lorawan', payload: new TextEncoder().encode(JSON.stringify(body)) };
}

/** Reads what {@link frameMessage} wrote. */
export function readFrameMessage(
  message: RawMessage,
): Result<HeardFrame, Fault<'not-json' | 'not-this-format' | 'bad-payload-encoding'>> {
  const json = parseMessageJson(message.payload);
  if (!json.ok) return json;
  const body = bodySchema.safeParse(json.value);
  if (!body.success) return notThisFormat(body.error);
  const { phyPayload, gateway, rssi, snr, heardMs, timeSource } = body.data;
  return ok({
    phyPayload: Uint8Array.from(atob(phyPayload), (character) => character.charCodeAt(0)),
    gateway,
    ...(rssi === undefined ? {} : { rssi }),
    ...(snr === undefined ? {} : { snr }),
    ...(heardMs === undefined || timeSource === undefined ? {} : { heard: { ms: heardMs, source: timeSource } }),
  });
}

/** The uplink of a frame that was opened; of kind `other` where it carries no application data. */
export function frameEvent(
  { gateway, rssi, snr, heard }: HeardFrame,
  { port, confirmed, adr, devAddr }: DataFrame,
  { session, frameCounter, payload }: Pick<OpenedFrame, 'session' | 'frameCounter' | 'payload'>,
  receivedMs: number,
): NetworkEvent {
  if (port === undefined || !isApplicationPort(port)) return { kind: 'other', event: 'up-without-application-data' };
  const uplink: Uplink = {
    kind: 'uplink',
    format: 'lorawan',
    device: session.devEui as DevEui,
    session: devAddr,
    frameCounter,
    port,
    confirmed,
    adr,
    payload,
    observedMs: heard?.ms ?? receivedMs,
    timeSource: heard?.source ?? 'edge',
    receptions: [{ gateway, ...(rssi === undefined ? {} : { rssi }), ...(snr === undefined ? {} : { snr }) }],
    simulated: false,
  };
  return uplink;
}

/** A frame says nothing without keys: who has the sessions opens it and makes its event with {@link frameEvent}. */
export const parseLorawan: ParseUplink = () =>
  fail('unknown-session', 'a frame is read with the session of its device');
