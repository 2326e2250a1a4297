import { z } from 'zod';
import { type EpochMs, parseInstant } from '../observation/instant.ts';
import { heardTime } from './gateway-time.ts';
import type { HeardFrame } from './lorawan.ts';
import { parseMessageJson } from './message-json.ts';
import { decodeRadioBase64 } from './radio-base64.ts';
import { levelSchema, optionalTextSchema } from './wire-fields.ts';

export type GwmpKind = 'push-data' | 'pull-data' | 'tx-ack';

/** Why a received packet is no frame to look at. */
export type GwmpDropReason = 'radio-crc' | 'malformed';

/** What a datagram carries. */
export interface GwmpContent {
  /** Of a PUSH_DATA: what the gateway heard. */
  readonly frames: readonly HeardFrame[];
  /** Of a PUSH_DATA: why others of its packets are left out, one entry a packet. */
  readonly dropped: readonly GwmpDropReason[];
  readonly status?: GatewayStatus;
  /** Of a TX_ACK: why nothing was sent; `NONE` where it was. */
  readonly error?: string;
}

/** What a gateway says of itself, as far as it is read. */
export interface GatewayStatus {
  readonly observedMs?: EpochMs;
  readonly latitude?: number;
  readonly longitude?: number;
  /** Metres */
  readonly altitude?: number;
  /** Packets received with a good radio CRC since the last status. */
  readonly rxok?: number;
  /** Packets forwarded since the last status. */
  readonly rxfw?: number;
  /** Share of forwarded datagrams that were acknowledged, in percent. */
  readonly ackr?: number;
}

/** A datagram has at most 64 kB; a concentrator hears 8 to 16 packets between two of them. */
export const PACKETS_MAX = 256;
const CRC_OK = 1;
const MODULATION = 'LORA';
const STATUS_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)$/;

/** One entry an antenna, of gateways that have several (Kerlink iBTS and other hardware of version 2). */
const signalSchema = z.object({ rssic: levelSchema, rssis: levelSchema, lsnr: levelSchema });

const packetSchema = z.object({
  time: optionalTextSchema,
  tmms: levelSchema,
  stat: z.number(),
  modu: z.string(),
  rssi: levelSchema,
  lsnr: levelSchema,
  rsig: z.array(signalSchema).max(16).optional().catch(undefined),
  size: z.int().min(0),
  data: z.string(),
});

const bodySchema = z.object({
  rxpk: z.array(z.unknown()).max(PACKETS_MAX).optional(),
  stat: z
    .object({
      time: optionalTextSchema,
      lati: levelSchema,
      long: levelSchema,
      alti: levelSchema,
      rxok: levelSchema,
      rxfw: levelSchema,
      ackr: levelSchema,
    })
    .optional()
    .catch(undefined),
});

const acknowledgementSchema = z.object({ txpk_ack: z.object({ error: z.string().max(64) }) });

const NOTHING: GwmpContent = { frames: [], dropped: [] };

/** Reads what stands behind the gateway's EUI. */
export function readDatagramJson(kind: GwmpKind, body: Uint8Array, gateway: string): GwmpContent {
  if (kind === 'pull-data') return NOTHING;
  if (kind === 'tx-ack') return { ...NOTHING, error: readError(body) };
  const json = parseMessageJson(body);
  const read = json.ok ? bodySchema.safeParse(json.value) : undefined;
  if (read?.success !== true) return { frames: [], dropped: ['malformed'] };
  const { rxpk = [], stat } = read.data;
  const frames: HeardFrame[] = [];
  const dropped: GwmpDropReason[] = [];
  for (const packet of rxpk) {
    const frame = readPacket(packet, gateway);
    if (typeof frame === 'string') dropped.push(frame);
    else frames.push(frame);
  }
  return { frames, dropped, ...(stat === undefined ? {} : { status: readStatus(stat) }) };
}

/** An empty acknowledgement says that the packet was taken. */
function readError(body: Uint8Array): string {
  const json = parseMessageJson(body);
  const read = json.ok ? acknowledgementSchema.safeParse(json.value) : undefined;
  return read?.success ? read.data.txpk_ack.error : 'NONE';
}

/** The radio CRC first: of bytes that are damaged nothing else is worth a word. */
function readPacket(json: unknown, gateway: string): HeardFrame | GwmpDropReason {
  const read = packetSchema.safeParse(json);
  if (!read.success) return 'malformed';
  const { stat, modu, size, data, rssi, lsnr, rsig, time, tmms } = read.data;
  if (stat !== CRC_OK) return 'radio-crc';
  const phyPayload = decodeRadioBase64(data);
  if (phyPayload === undefined || phyPayload.length !== size || modu !== MODULATION) return 'malformed';
  const best = bestAntenna(rsig ?? []);
  const level = rssi ?? best?.rssic ?? best?.rssis;
  const noise = lsnr ?? best?.lsnr;
  return {
    phyPayload,
    gateway,
    ...(level === undefined ? {} : { rssi: level }),
    ...(noise === undefined ? {} : { snr: noise }),
    ...heardTime(tmms, time === undefined ? undefined : parseInstant(time)),
  };
}

function bestAntenna(signals: readonly z.output<typeof signalSchema>[]): z.output<typeof signalSchema> | undefined {
  const strength = ({ rssic = Number.NEGATIVE_INFINITY }: z.output<typeof signalSchema>) => rssic;
  return signals.reduce<(typeof signals)[number] | undefined>(
    (best, signal) => (best === undefined || strength(signal) > strength(best) ? signal : best),
    undefined,
  );
}

function readStatus(stat: NonNullable<z.output<typeof bodySchema>['stat']>): GatewayStatus {
  const [, day, time] = STATUS_TIME.exec(stat.time ?? '') ?? [];
  const fields = {
    observedMs: day === undefined ? undefined : parseInstant(`${day}T${time}Z`),
    latitude: stat.lati,
    longitude: stat.long,
    altitude: stat.alti,
    rxok: stat.rxok,
    rxfw: stat.rxfw,
    ackr: stat.ackr,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
