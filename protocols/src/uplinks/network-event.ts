import type { Decimal } from '../observation/decimal.ts';
import type { EpochMs } from '../observation/instant.ts';
import type { QualityFlag, TimeSource } from '../observation/quality.ts';
import type { Fault, Result } from '../result/mod.ts';
import type { MessageJson } from './message-json.ts';

/**
 * Which wire format an event came in: the name of its parser. Places in this list stand in fingerprints on disk, four bits
 * each: add at the end, at most 15.
 */
export const WIRE_FORMATS = [
  'chirpstack-v4',
  'the-things-stack',
  'chirpstack-v3',
  'thingpark',
  'lorawan',
  'senml',
  'plain-json',
  'zigbee2mqtt',
  'tasmota',
  'sparkplug-b',
  'opc-ua',
  'telraam',
] as const;
export type WireFormat = (typeof WIRE_FORMATS)[number];

/** What names a device on every road: a DevEUI, or 1 to 128 of `A–Z a–z 0–9 . _ - : /` as it stands on the wire. */
export type DeviceId = string & { readonly __brand: 'DeviceId' };

/** 16 hex digits, upper case, no separators, whatever the network server writes. */
export type DevEui = DeviceId & { readonly __lorawan: true };

export interface Reception {
  /** Gateway EUI in upper case where there is one, else the network server's gateway name. */
  readonly gateway: string;
  /** dBm */
  readonly rssi?: number;
  /** dB */
  readonly snr?: number;
}

/** What one device said at one moment: an application payload as a network server hands it over, or an object. */
export interface Uplink {
  readonly kind: 'uplink';
  readonly format: WireFormat;
  readonly device: DeviceId;
  /** The network server's own name of the device, where it has one. */
  readonly deviceName?: string;
  /** What the frame counter belongs to: DevAddr (ChirpStack, raw LoRaWAN) or session key id (The Things Stack); `''` when unknown. */
  readonly session: string;
  /** Full 32-bit frame counter; 0 is a real counter. Absent in formats without one. */
  readonly frameCounter?: number;
  /** Absent in formats without one. */
  readonly port?: number;
  readonly confirmed: boolean;
  /** False where the network server does not say it (The Things Stack). */
  readonly adr: boolean;
  /** Decrypted application payload; empty in formats that carry an object. */
  readonly payload: Uint8Array;
  /** The object that came, plain JSON: of the sensor itself, or what the network server's own codec made of the payload. */
  readonly decoded?: unknown;
  /** When it was measured, as good as the message knows; cut to milliseconds. */
  readonly observedMs: EpochMs;
  readonly timeSource: TimeSource;
  /** What the source itself says against all values of the message. */
  readonly flags?: readonly QualityFlag[];
  /** All gateways that heard it, best signal first; at most 16 are kept. */
  readonly receptions: readonly Reception[];
  /** Made by a person in the network server's console, not by a device. */
  readonly simulated: boolean;
}

/** The device joined: its frame counter may start at 0 again. */
export interface Join {
  readonly kind: 'join';
  readonly device: DeviceId;
  readonly session: string;
  readonly observedMs: EpochMs;
}

/** Device health as the network server asked for it (LoRaWAN DevStatusAns). */
export interface DeviceStatus {
  readonly kind: 'status';
  readonly device: DeviceId;
  readonly observedMs: EpochMs;
  readonly batteryPercent?: Decimal;
  readonly externalPower: boolean;
  /** dB */
  readonly linkMarginDb?: number;
}

/** An event that carries nothing to observe: acknowledgements, logs, locations. */
export interface OtherEvent {
  readonly kind: 'other';
  readonly event: string;
}

export type NetworkEvent = Uplink | Join | DeviceStatus | OtherEvent;

export const UPLINK_FAULTS = [
  'not-json',
  'not-this-format',
  'bad-payload-encoding',
  'still-encrypted',
  'bad-time',
  'radio-crc',
  'bad-mic',
  'replayed-frame',
  'unknown-session',
  'frame-counter-gap',
] as const;
export type UplinkFaultCode = (typeof UPLINK_FAULTS)[number];

/** A message as it arrived, before anybody knows what it is. */
export interface RawMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** When the edge received it. */
  readonly receivedMs: EpochMs;
  /** Said by the source; without it the topic tells. */
  readonly format?: WireFormat;
  /** Said by the source (a level of the topic, a path, what is polled), for bodies that do not name their device. */
  readonly device?: DeviceId;
  /** Said by the source: the IANA zone of the times in the body, where they carry no offset. */
  readonly zone?: string;
}

/**
 * Parses one message. Faults name fields and never quote what stands in them: a body may hold anything.
 * @param json the body where the caller has parsed it already
 */
export type ParseUplink = (message: RawMessage, json?: MessageJson) => Result<NetworkEvent, Fault<UplinkFaultCode>>;
