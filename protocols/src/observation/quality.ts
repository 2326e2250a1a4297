/** Where the phenomenon time came from, best first. The order is the number on the wire and in the store: only append. */
export const TIME_SOURCES = ['payload', 'gateway-gps', 'gateway', 'network-server', 'edge'] as const;
export type TimeSource = (typeof TIME_SOURCES)[number];

/** What is known against a value. The order is the bit on the wire and in the store: only append. */
export const QUALITY_FLAGS = [
  'clock-unsynchronised',
  'device-reported-fault',
  'outside-plausible-range',
  'step-too-large',
  'value-stuck',
  'sensor-tilted',
  'uptime-low',
  'counter-reset',
  'implausible-rate',
] as const;
export type QualityFlag = (typeof QUALITY_FLAGS)[number];

export interface Quality {
  readonly timeSource: TimeSource;
  readonly flags: readonly QualityFlag[];
}

const TIME_SOURCE_BITS = 3;
export const QUALITY_CODE_MAX = 2 ** (TIME_SOURCE_BITS + QUALITY_FLAGS.length) - 1;

/** One small integer for wire and store: three bits of time source, then one bit a flag. */
export function packQuality({ timeSource, flags }: Quality): number {
  let code = TIME_SOURCES.indexOf(timeSource);
  for (const flag of flags) code |= 1 << (QUALITY_FLAGS.indexOf(flag) + TIME_SOURCE_BITS);
  return code;
}

/** The inverse of {@link packQuality}; undefined for a number that no version of the tables gives. */
export function unpackQuality(code: number): Quality | undefined {
  const timeSource = TIME_SOURCES[code & ((1 << TIME_SOURCE_BITS) - 1)];
  if (timeSource === undefined || !Number.isInteger(code) || code < 0 || code > QUALITY_CODE_MAX) return undefined;
  return { timeSource, flags: QUALITY_FLAGS.filter((_, bit) => (code >> (bit + TIME_SOURCE_BITS)) & 1) };
}
