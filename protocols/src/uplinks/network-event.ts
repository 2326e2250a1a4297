import type { Decimal } from '../observation/decimal.ts';
import type { EpochMs } from '../observation/instant.ts';
import type { TimeSource } from '../observation/quality.ts';
import type { Fault, Result } from '../result/mod.ts';
import type { MessageJson } from './message-json.ts';

/** Which wire format an event came in: the name of its parser. */
export const WIRE_FORMATS = ['chirpstack-v4', 'the-things-stack'] as const;
export type WireFormat = (typeof WIRE_FORMATS)[number];

/** 16 hex digits, upper case, no separators, whatever the network server writes. */
export type DevEui = string & { readonly __brand: 'DevEui' };

export interface Reception {
  /** Gateway EUI in upper case where there is one, else the network server's gateway name. */
  readonly gateway: string;
  /** dBm */
  readonly rssi?: number;
  /** dB */
  readonly snr?: number;
}

/** One application payload of one device, as the network server handed it over. */
export interface Uplink {
  readonly kind: 'uplink';
  readonly format: WireFormat;
  readonly devEui: DevEui;
  /** The network server's own name of the device, where it has one. */
  readonly deviceName?: string;
  /** What the frame counter belongs to: DevAddr (ChirpStack) or session key id (The Things Stack); `''` when unknown. */
  readonly session: string;
  /** Full 32-bit frame counter; 0 is a real counter. */
  readonly frameCounter: number;
  readonly port: number;
  readonly confirmed: boolean;
  /** False where the network server does not say it (The Things Stack). */
  readonly adr: boolean;
  /** Decrypted application payload. */
  readonly payload: Uint8Array;
  /** What the network server's own codec made of it: second best, never needed where a profile is configured. */
  readonly decoded?: unknown;
  /** When it was measured, as good as the message knows; cut to milliseconds. */
  readonly observedMs: EpochMs;
  readonly timeSource: TimeSource;
  /** All gateways that heard it, best signal first; at most 16 are kept. */
  readonly receptions: readonly Reception[];
  /** Made by a person in the network server's console, not by a device. */
  readonly simulated: boolean;
}

/** The device joined: its frame counter may start at 0 again. */
export interface Join {
  readonly kind: 'join';
  readonly devEui: DevEui;
  readonly session: string;
  readonly observedMs: EpochMs;
}

/** Device health as the network server asked for it (LoRaWAN DevStatusAns). */
export interface DeviceStatus {
  readonly kind: 'status';
  readonly devEui: DevEui;
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
] as const;
export type UplinkFaultCode = (typeof UPLINK_FAULTS)[number];

/** A message as it arrived, before anybody knows what it is. */
export interface RawMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** When the edge received it. */
  readonly receivedMs: EpochMs;
}

/**
 * Parses one message. Faults name fields and never quote what stands in them: a body may hold anything.
 * @param json the body where the caller has parsed it already
 */
export type ParseUplink = (message: RawMessage, json?: MessageJson) => Result<NetworkEvent, Fault<UplinkFaultCode>>;
