/** What did not become a message: a closed set, the labels of a metric. */
export const SKIP_REASONS = [
  /** Retained by a broker: old news of unknown age. */
  'retained',
  /** Sparkplug: a station or device said goodbye, its values are no longer current. */
  'stale-device',
  /** Sparkplug: data whose names are not known until the node sends its births again. */
  'no-birth',
  'sequence-gap',
  'unknown-alias',
  /** OPC UA */
  'bad-status',
  'no-number',
  'queue-full',
  /** Webhooks: a request that shows no right to post. */
  'unauthorised',
  'too-many-attempts',
  /** Packet forwarders. */
  'unknown-gateway',
  'malformed',
  'radio-crc',
  'unknown-session',
  'runt',
  'unknown-version',
  'unknown-identifier',
  'gateway-status',
  'transmission',
  /** LoRaWAN frames that carry nothing to observe. */
  'join-request',
  'other-frame',
  /** LoRa Basics Station. */
  'too-many-connections',
  'other-message',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** What a source tells of itself. */
export interface SourceObserver {
  connected(): void;
  /** @param detail why, and the setting to change where there is one */
  disconnected(detail: string): void;
  skipped(reason: SkipReason, count?: number): void;
  /** Something that an operator should look at, in words. */
  failed(detail: string): void;
}
