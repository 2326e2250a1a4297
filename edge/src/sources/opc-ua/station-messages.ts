import type { OpcUaMessage } from '@meetbrug/protocols/uplinks';
import type { OpcUaConfig } from '../../config/sources/opc-ua-config.ts';

/** What the process needs to read a server: the first message to it. */
export interface StationOrder {
  readonly kind: 'read';
  readonly config: OpcUaConfig;
  readonly password?: string;
  /** Holds the certificate and the key of this client, and what it trusts. */
  readonly pkiFolder: string;
  readonly clientName: string;
}

/** From the edge to the process that speaks OPC UA. */
export type ToStation = StationOrder | { readonly kind: 'taken'; readonly id: number } | { readonly kind: 'stop' };

/** Why a value of a node did not become one of a message. */
export const LOST_VALUE_REASONS = ['bad-status', 'no-number', 'queue-full'] as const;
export type LostValueReason = (typeof LOST_VALUE_REASONS)[number];

/** Messages of one turn; the process sends more when they are committed. */
export interface StationBatch {
  readonly kind: 'messages';
  readonly id: number;
  readonly messages: readonly OpcUaMessage[];
  /** When the server's report arrived. */
  readonly receivedMs: number;
}

/** From the process to the edge. */
export type FromStation =
  | StationBatch
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected'; readonly detail: string }
  /** One node is not read; the others go on. */
  | { readonly kind: 'node-fault'; readonly node: string; readonly detail: string }
  | { readonly kind: 'lost'; readonly reason: LostValueReason; readonly count: number }
  | { readonly kind: 'stopped' };
