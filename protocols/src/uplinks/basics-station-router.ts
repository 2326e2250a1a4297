import { z } from 'zod';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { parseDevEui } from './dev-eui.ts';
import { parseMessageJson } from './message-json.ts';

const GPS_EPOCH_MS = Date.UTC(1980, 0, 6);
const LEAP_MS = 18_000;
const MICROSECONDS_PER_MS = 1_000;
const RADIO_REACH_HZ = 400_000;
/** LoRa channels of one concentrator. */
export const STATION_CHANNELS_MAX = 8;

const numberOrText = z.union([z.string().max(64), z.int().min(0)]);
const helloSchema = z.object({ router: numberOrText });
const ID6 = /^[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){1,3}$/;

/** The EUI of the station that asks `/router-info` where to go (16 hex digits, upper case). */
export function readRouterHello(body: Uint8Array): Result<string, Fault<'not-json' | 'not-this-format'>> {
  const json = parseMessageJson(body);
  if (!json.ok) return json;
  const hello = helloSchema.safeParse(json.value);
  const router = hello.success ? routerEui(hello.data.router) : undefined;
  return router === undefined ? fail('not-this-format', '`router` is no EUI') : ok(router);
}

/** A EUI as stations write it: a number, eight pairs, or ID6 (`0016:c001:f153:a14c`, `::1`). */
export function routerEui(router: string | number): string | undefined {
  if (typeof router === 'number') return router.toString(16).padStart(16, '0').toUpperCase();
  const eui = parseDevEui(router);
  if (eui !== undefined) return eui;
  if (!ID6.test(router)) return undefined;
  const [before = '', after] = router.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const left = groups(before);
  const right = after === undefined ? [] : groups(after);
  const missing = 4 - left.length - right.length;
  if (missing < 0 || (after === undefined && missing !== 0)) return undefined;
  const all = [...left, ...Array<string>(missing).fill(''), ...right];
  return all
    .map((group) => group.padStart(4, '0'))
    .join('')
    .toUpperCase();
}

/** A EUI in the form that stations read: `0016:c001:f153:a14c`. */
export function id6(eui: string): string {
  return eui.toLowerCase().match(/.{4}/g)?.join(':') ?? eui;
}

/** Radio settings of a station in Europe. */
export interface StationRadio {
  /** Centres of the concentrator's two radios, in Hz. */
  readonly radiosHz: readonly [number, number];
  /** LoRa channels of 125 kHz, in Hz, each within 400 kHz of a radio; at most {@link STATION_CHANNELS_MAX}. */
  readonly channelsHz: readonly number[];
}

/** Spreading factor, bandwidth in kHz, downlink only: the data rates of EU863-870. */
const EU863_DATA_RATES = [
  [12, 125, 0],
  [11, 125, 0],
  [10, 125, 0],
  [9, 125, 0],
  [8, 125, 0],
  [7, 125, 0],
  [7, 250, 0],
];
const FSK = [0, 0, 0];
const UNUSED_RATE = [-1, 0, 0];
const DATA_RATES = [...EU863_DATA_RATES, FSK, ...Array.from({ length: 8 }, () => UNUSED_RATE)];

/** The answer to a station's `version`: without it a station receives nothing. */
export function routerConfig({ radiosHz, channelsHz }: StationRadio): object {
  const channels = Array.from({ length: STATION_CHANNELS_MAX }, (_, index) => {
    const hz = channelsHz[index];
    const radio = hz === undefined ? undefined : nearestRadio(hz, radiosHz);
    const settings =
      hz === undefined || radio === undefined
        ? { enable: false }
        : { enable: true, radio, if: hz - (radiosHz[radio] ?? 0) };
    return [`chan_multiSF_${index}`, settings] as const;
  });
  return {
    msgtype: 'router_config',
    NetID: null,
    JoinEui: null,
    region: 'EU863',
    hwspec: 'sx1301/1',
    freq_range: [863_000_000, 870_000_000],
    DRs: DATA_RATES,
    sx1301_conf: [
      {
        radio_0: { enable: true, freq: radiosHz[0] },
        radio_1: { enable: true, freq: radiosHz[1] },
        ...Object.fromEntries(channels),
        chan_Lora_std: { enable: false },
        chan_FSK: { enable: false },
      },
    ],
  };
}

/** Index of the radio that reaches a channel; undefined where neither does. */
export function nearestRadio(channelHz: number, radiosHz: StationRadio['radiosHz']): 0 | 1 | undefined {
  const [first, second] = radiosHz.map((hz) => Math.abs(channelHz - hz));
  const nearest = (first ?? Number.POSITIVE_INFINITY) <= (second ?? Number.POSITIVE_INFINITY) ? 0 : 1;
  return Math.abs(channelHz - radiosHz[nearest]) <= RADIO_REACH_HZ ? nearest : undefined;
}

/** The answer to a station's `timesync`. */
export function timesyncAnswer(txtime: number, nowMs: number): object {
  return { msgtype: 'timesync', txtime, gpstime: (nowMs - GPS_EPOCH_MS + LEAP_MS) * MICROSECONDS_PER_MS };
}
