import type { OverflowPolicy } from '@meetbrug/edge/src/outbox/group-writer.ts';
import { type SeededRandom, seededRandom } from '../fleet/seeded-random.ts';
import { FAIR_WEATHER, type LinkRoad, type NetworkWeather } from './simulated-network.ts';

/** What of an edge's link is set by a schedule. */
export interface LinkSettings {
  readonly ackTimeoutMs: number;
  readonly batchesInFlightMax: number;
  readonly reconnectMsMax: number;
  readonly keepaliveSeconds: number;
  readonly silenceMsMax: number;
}

/** One delivery of an uplink to an edge; the same uplink may be delivered by two roads. */
export interface PlannedUplink {
  readonly kind: 'uplink';
  readonly atMs: number;
  readonly edge: number;
  readonly device: number;
  /** When it was measured, since the simulation began. The same device and instant again is a correction. */
  readonly measuredMs: number;
  /** When each road delivers it first. */
  readonly roadsMs: readonly number[];
}

export type PlannedFault =
  | { readonly kind: 'edge-ends'; readonly edge: number; readonly how: EdgeEnding; readonly downMs: number }
  | { readonly kind: 'cloud-ends'; readonly how: 'killed' | 'power-cut'; readonly downMs: number }
  | { readonly kind: 'edge-image'; readonly edge: number }
  | { readonly kind: 'edge-restored'; readonly edge: number; readonly downMs: number }
  | { readonly kind: 'edge-clock'; readonly edge: number; readonly jump: ClockJump }
  | { readonly kind: 'cloud-clock'; readonly jumpMs: number }
  | { readonly kind: 'cut' | 'half-open'; readonly edge: number }
  /** Somebody asks the edge to send everything again that it keeps. */
  | { readonly kind: 'resend'; readonly edge: number }
  | { readonly kind: 'weather'; readonly weather: NetworkWeather };

export type EdgeEnding = 'killed' | 'power-cut' | 'stopped';
export type ClockJump = { readonly byMs: number } | 'to-1970';
export type PlannedEvent = PlannedUplink | (PlannedFault & { readonly atMs: number });

export interface PlannedEdge {
  readonly deviceCount: number;
  readonly link: LinkSettings;
  readonly outbox: PlannedOutbox;
}

/** What of an outbox is set by a schedule. */
export interface PlannedOutbox {
  readonly whenFull: OverflowPolicy;
  readonly bytesMax: number;
  readonly thinOutIntervalSeconds: number;
  readonly gapReportSeconds: number;
  readonly keepAcknowledgedDays: number;
}

/** Everything that will happen in one simulated installation, before anything of it runs. */
export interface Schedule {
  readonly seed: number;
  readonly road: LinkRoad;
  readonly edges: readonly PlannedEdge[];
  /** In the order of time. */
  readonly events: readonly PlannedEvent[];
  /** When the faults end and everything heals. */
  readonly quietMs: number;
}

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FAULTS_MAX = 24;
const OUTAGE_PERCENT = 25;
/** A new file takes 213 kB, and an uplink a little more than one. */
const SMALL_OUTBOX_BYTES = [233_000, 443_000] as const;
const SMALL_OUTBOX_PERCENT = 35;
const LARGE_OUTBOX_BYTES = 1_073_741_824;
const UPLINKS = { min: 10, max: 200, many: 800, manyPercent: 3 } as const;

/** The schedule of a seed: the same seed gives the same schedule, on every machine. */
export function planSchedule(seed: number): Schedule {
  const random = seededRandom(seed);
  const quietMs = random.between(20, 600) * SECOND_MS;
  const road = pick(random, ['straight', 'straight', 'forgetful-broker', 'keeping-broker'] as const);
  const edges = Array.from({ length: random.chance(25) ? 2 : 1 }, () => planEdge(random));
  const uplinks = planUplinks(edges, quietMs, random);
  const faults = Array.from({ length: random.between(0, FAULTS_MAX) }, () => ({
    ...planFault(edges.length, random),
    atMs: random.between(0, quietMs),
  }));
  const weather = { kind: 'weather', weather: planWeather(random), atMs: 0 } as const;
  const outage = random.chance(OUTAGE_PERCENT) ? [planOutage(quietMs, random)] : [];
  const events = [weather, ...uplinks, ...faults, ...outage].sort((a, b) => a.atMs - b.atMs);
  return { seed, road, edges, events, quietMs };
}

/** The cloud is away for most of the schedule: what fills an outbox. */
function planOutage(quietMs: number, random: SeededRandom) {
  const atMs = random.between(0, Math.floor(quietMs / 4));
  const downMs = random.between(Math.floor(quietMs / 2), quietMs - atMs);
  return { kind: 'cloud-ends', how: 'killed', downMs, atMs } as const;
}

function planEdge(random: SeededRandom): PlannedEdge {
  const ackTimeoutMs = random.between(500, 10_000);
  return {
    deviceCount: random.between(1, 4),
    outbox: {
      whenFull: pick(random, ['refuse', 'drop-oldest', 'thin-out'] as const),
      bytesMax: random.chance(SMALL_OUTBOX_PERCENT) ? random.between(...SMALL_OUTBOX_BYTES) : LARGE_OUTBOX_BYTES,
      thinOutIntervalSeconds: random.between(5, 120),
      gapReportSeconds: random.between(1, 60),
      keepAcknowledgedDays: random.chance(50) ? 0 : 7,
    },
    link: {
      ackTimeoutMs,
      batchesInFlightMax: random.between(2, 8),
      reconnectMsMax: random.between(1_000, 20_000),
      keepaliveSeconds: random.between(10, 60),
      silenceMsMax: ackTimeoutMs * random.between(3, 10),
    },
  };
}

function planUplinks(edges: readonly PlannedEdge[], quietMs: number, random: SeededRandom): PlannedUplink[] {
  const count = random.chance(UPLINKS.manyPercent) ? UPLINKS.many : random.between(UPLINKS.min, UPLINKS.max);
  const correctionPercent = random.between(0, 40);
  const secondRoadPercent = random.between(0, 40);
  const latePercent = random.between(0, 20);
  const uplinks: PlannedUplink[] = [];
  for (let index = 0; index < count; index += 1) {
    const atMs = random.between(0, quietMs);
    const edge = random.between(0, edges.length - 1);
    const device = random.between(0, (edges[edge] as PlannedEdge).deviceCount - 1);
    const corrected = uplinks[random.between(0, Math.max(0, uplinks.length - 1))];
    const isCorrection = corrected !== undefined && random.chance(correctionPercent);
    const arrivesMs = random.chance(latePercent) ? random.between(atMs, quietMs) : atMs;
    const roadsMs = random.chance(secondRoadPercent) ? [arrivesMs, random.between(arrivesMs, quietMs)] : [arrivesMs];
    const what = isCorrection
      ? { edge: corrected.edge, device: corrected.device, measuredMs: corrected.measuredMs }
      : { edge, device, measuredMs: atMs };
    uplinks.push({ kind: 'uplink', atMs, roadsMs, ...what });
  }
  return uplinks;
}

function planFault(edgeCount: number, random: SeededRandom): PlannedFault {
  const edge = random.between(0, edgeCount - 1);
  const downMs = random.chance(20) ? random.between(30_000, 200_000) : random.between(50, 5_000);
  const faults: readonly (() => PlannedFault)[] = [
    () => ({ kind: 'edge-ends', edge, how: pick(random, ['killed', 'power-cut', 'stopped'] as const), downMs }),
    () => ({ kind: 'edge-ends', edge, how: pick(random, ['killed', 'power-cut'] as const), downMs }),
    () => ({ kind: 'cloud-ends', how: pick(random, ['killed', 'power-cut'] as const), downMs }),
    () => ({ kind: 'cloud-ends', how: pick(random, ['killed', 'power-cut'] as const), downMs }),
    () => ({ kind: pick(random, ['cut', 'half-open'] as const), edge }),
    () => ({ kind: pick(random, ['cut', 'half-open'] as const), edge }),
    () => ({ kind: 'weather', weather: planWeather(random) }),
    () => ({ kind: 'edge-clock', edge, jump: planJump(random) }),
    () => ({ kind: 'cloud-clock', jumpMs: random.between(-2 * HOUR_MS, 2 * HOUR_MS) }),
    () => ({ kind: 'resend', edge }),
    () => ({ kind: 'edge-image', edge }),
    () => ({ kind: 'edge-restored', edge, downMs }),
  ];
  return pick(random, faults)();
}

function planJump(random: SeededRandom): ClockJump {
  return random.chance(25) ? 'to-1970' : { byMs: random.between(-40 * DAY_MS, 40 * DAY_MS) };
}

function planWeather(random: SeededRandom): NetworkWeather {
  if (random.chance(30)) return FAIR_WEATHER;
  return {
    delayMs: [random.between(1, 50), random.between(50, 4_000)],
    duplicatePercent: random.between(0, 30),
    lossPercent: random.chance(50) ? random.between(0, 15) : 0,
    bytesPerSecond: random.chance(30) ? random.between(200, 5_000) : Number.POSITIVE_INFINITY,
    stragglersPercent: random.between(0, 100),
    isPartitioned: random.chance(10),
  };
}

function pick<T>(random: SeededRandom, choices: readonly T[]): T {
  return choices[random.between(0, choices.length - 1)] as T;
}
