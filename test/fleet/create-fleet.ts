import { chirpstackUplink } from './chirpstack-message.ts';
import { type FleetDevice, fleetDevices } from './fleet-device.ts';
import { type FleetSettings, type FleetSettingsInput, fleetSettingsSchema } from './fleet-settings.ts';
import { isRubbishFor, RUBBISH_KINDS, type RubbishKind, rubbishMessage } from './rubbish-message.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { type DeviceMemory, type ExpectedObservation, simulateMeasurement } from './simulate-measurement.ts';

/** What an uplink must give once everything has handled it. */
export interface ExpectedUplink {
  /** 16 hex digits, upper case. */
  readonly devEui: string;
  readonly frameCounter: number;
  readonly observations: readonly ExpectedObservation[];
}

/** One message of the fleet, with the time at which it leaves the network server. */
export interface FleetMessage {
  readonly sendMs: number;
  readonly kind: 'uplink' | 'late' | 'duplicate' | 'rubbish';
  /** Only with kind `rubbish`. */
  readonly rubbish?: RubbishKind;
  readonly topic: string;
  readonly body: string;
  readonly qos: 0 | 1;
  /** A duplicate expects what its original expects, once; rubbish expects no observation. */
  readonly expected: ExpectedUplink;
}

export interface Fleet {
  readonly settings: FleetSettings;
  readonly devices: readonly FleetDevice[];
  /**
   * The fleet's messages in the order of `sendMs`, without end. The same settings and start give the same messages.
   * Within one device the measured times rise by at least a millisecond, however high the rate.
   */
  messages(startMs: number): Generator<FleetMessage, never>;
}

interface DeviceState {
  readonly device: FleetDevice;
  readonly memory: DeviceMemory;
  frameCounter: number;
  observedMs: number;
}

const DUPLICATE_DELAY_MS_MAX = 5_000;

/** Throws a ZodError for settings outside their bounds: they come from the caller's own code or from {@link fleetSettingsSchema}. */
export function createFleet(input: FleetSettingsInput = {}): Fleet {
  const settings = fleetSettingsSchema.parse(input);
  const devices = fleetDevices(settings);
  if (devices.length === 0) throw new RangeError('a fleet needs at least one device');
  return { settings, devices, messages: (startMs) => generateMessages(settings, devices, startMs) };
}

/** The first messages of a fleet: how tests and benchmarks cut the endless stream. */
export function firstMessages(fleet: Fleet, startMs: number, count: number): FleetMessage[] {
  const stream = fleet.messages(startMs);
  return Array.from({ length: count }, () => stream.next().value);
}

function* generateMessages(
  settings: FleetSettings,
  devices: readonly FleetDevice[],
  startMs: number,
): Generator<FleetMessage, never> {
  const random = seededRandom(settings.seed);
  const states = devices.map((device) => initialState(device, random));
  const heldBack = new HeldBackMessages();
  for (let turn = 0; ; turn += 1) {
    const slotMs = startMs + Math.round((turn * 1000) / settings.uplinksPerSecond);
    yield* heldBack.takeUntil(slotMs);
    const state = states[turn % states.length] as DeviceState;
    if (random.chance(settings.rubbishPercent)) yield rubbishOf(state, slotMs, settings, random);
    const uplink = uplinkOf(state, slotMs, settings, random);
    if (random.chance(settings.latePercent)) {
      const lateMs = random.between(1, settings.lateSecondsMax * 1000);
      heldBack.add({ ...uplink, kind: 'late', sendMs: slotMs + lateMs });
      continue;
    }
    yield uplink;
    if (random.chance(settings.duplicatesPercent)) {
      heldBack.add({ ...uplink, kind: 'duplicate', sendMs: slotMs + random.between(0, DUPLICATE_DELAY_MS_MAX) });
    }
  }
}

function initialState(device: FleetDevice, random: SeededRandom): DeviceState {
  return {
    device,
    memory: { totalIn: random.between(0, 65_535), totalOut: random.between(0, 65_535) },
    frameCounter: random.between(0, 5_000),
    observedMs: 0,
  };
}

function uplinkOf(state: DeviceState, slotMs: number, settings: FleetSettings, random: SeededRandom): FleetMessage {
  const frame = nextFrame(state, slotMs, random);
  return {
    sendMs: slotMs,
    kind: 'uplink',
    ...chirpstackUplink(state.device, frame, random),
    qos: settings.qos,
    expected: {
      devEui: state.device.devEui,
      frameCounter: frame.frameCounter,
      observations: frame.measurement.observations,
    },
  };
}

function rubbishOf(state: DeviceState, slotMs: number, settings: FleetSettings, random: SeededRandom): FleetMessage {
  const kinds = RUBBISH_KINDS.filter((kind) => isRubbishFor(kind, state.device));
  const rubbish = kinds[random.between(0, kinds.length - 1)] as RubbishKind;
  const frame = nextFrame(state, slotMs, random);
  return {
    sendMs: slotMs,
    kind: 'rubbish',
    rubbish,
    ...rubbishMessage(rubbish, state.device, frame, random),
    qos: settings.qos,
    expected: { devEui: state.device.devEui, frameCounter: frame.frameCounter, observations: [] },
  };
}

function nextFrame(state: DeviceState, slotMs: number, random: SeededRandom) {
  state.frameCounter += 1;
  state.observedMs = Math.max(slotMs, state.observedMs + 1);
  const { device, memory, frameCounter, observedMs } = state;
  return { measurement: simulateMeasurement(device, observedMs, random, memory), observedMs, frameCounter };
}

/**
 * Messages that wait for their time, earliest first. Bounded by the settings: at most the late and duplicate share of
 * what the fleet sends within the longest delay.
 */
class HeldBackMessages {
  readonly #waiting: FleetMessage[] = [];

  add(message: FleetMessage): void {
    let low = 0;
    let high = this.#waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#waiting[middle] as FleetMessage).sendMs >= message.sendMs) low = middle + 1;
      else high = middle;
    }
    this.#waiting.splice(low, 0, message);
  }

  *takeUntil(ms: number): Generator<FleetMessage> {
    for (let last = this.#waiting.at(-1); last !== undefined && last.sendMs <= ms; last = this.#waiting.at(-1)) {
      this.#waiting.pop();
      yield last;
    }
  }
}
