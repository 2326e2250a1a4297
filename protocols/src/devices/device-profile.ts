import type { Decimal } from '../observation/decimal.ts';
import type { EpochMs } from '../observation/instant.ts';
import type { Direction } from '../observation/iris.ts';
import type { QualityFlag } from '../observation/quality.ts';
import type { PropertyKey } from '../properties/catalogue.ts';
import type { UnitCode } from '../properties/units.ts';
import type { Fault, Result } from '../result/mod.ts';

/** One number out of a payload, in the unit that the device uses. */
export interface Reading {
  /** Name of a channel of the profile. */
  readonly channel: string;
  readonly value: Decimal;
  /** When the payload itself says so (history entries); else the time of the uplink counts. */
  readonly atMs?: EpochMs;
  readonly flags?: readonly QualityFlag[];
}

/** What a counter inside a device counts, for a city that wants counts from its readings. */
export interface CounterTraits {
  /** The property of the counts between two readings. */
  readonly counts: PropertyKey;
  /** The counter starts again at 0 after 2^width - 1. */
  readonly widthBits: 16 | 32;
  /** The fastest that what is counted can come by; a faster rise is no count. */
  readonly countsPerSecondMax: number;
}

/** What a channel of a device means, before a city's configuration refines it. */
export interface Channel {
  readonly property: PropertyKey;
  /** Unit of the readings; converted to the property's unit at the edge. */
  readonly unit: UnitCode;
  /** Finer than the property's own resolution, where the device is. */
  readonly resolution?: Decimal;
  readonly direction?: Direction;
  /**
   * Which part of the device measures it, where several measure the same side by side (the lines of a people counter): lower
   * case, as in a name. A part is a sensor of its own.
   */
  readonly part?: string;
  /** The value covers the device's reporting interval, which the configuration must then state. */
  readonly overInterval?: boolean;
  /** The channel reads a counter that only rises, wraps and resets. */
  readonly counter?: CounterTraits;
  /** Other properties that a city may assign to the channel (a probe that hangs in water or in a globe). */
  readonly alternatives?: readonly PropertyKey[];
}

export const DECODE_FAULTS = [
  'payload-truncated',
  'payload-unknown-field',
  'payload-unknown-port',
  'payload-empty',
] as const;
export type DecodeFaultCode = (typeof DECODE_FAULTS)[number];

/** The readings of one payload, and what the device said it could not measure (sentinels), by channel. */
export interface DecodedPayload {
  readonly readings: readonly Reading[];
  readonly missing: readonly { readonly channel: string; readonly reason: string }[];
  /** What is wrong with values that cannot be read, where each stands by itself; never quotes them. */
  readonly refused?: readonly string[];
}

/** A device model: how its payload reads and what its channels mean. Pure data and a pure function. */
export interface DeviceProfile {
  readonly id: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly channels: Readonly<Record<string, Channel>>;
  /**
   * Somebody has looked at everything that a payload of the model can hold: measurements, counts and the state of the
   * device, nothing about a person. Payload bytes of any other device are not kept for long.
   */
  readonly cleared?: true;
  /** Never throws, whatever the bytes: a payload that does not fit is a fault with a reason. */
  readonly decode: (payload: Uint8Array, port: number) => Result<DecodedPayload, Fault<DecodeFaultCode>>;
}
