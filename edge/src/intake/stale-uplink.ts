import type { EpochMs } from '@meetbrug/protocols/observation';
import type { Uplink, WireFormat } from '@meetbrug/protocols/uplinks';

/**
 * Formats whose messages say what has just been measured. One of the others can be history as a whole: a report that was
 * asked for, a pack of entries, what a station kept while its line was down, a value that has stood since its source time.
 */
const LIVE_FORMATS: ReadonlySet<WireFormat> = new Set([
  'chirpstack-v4',
  'the-things-stack',
  'chirpstack-v3',
  'thingpark',
  'lorawan',
  'zigbee2mqtt',
  'tasmota',
]);

const MS_PER_DAY = 86_400_000;

/**
 * Whether the time that a live message gives itself lies further before its arrival than any delay explains: a clock that
 * nobody has set, or an old state that a broker gives out anew. Late data is normal data, so the bound is far. Entries
 * inside a payload have times of their own and are not looked at: they are history.
 */
export function isStale(
  { format, observedMs }: Pick<Uplink, 'format' | 'observedMs'>,
  receivedMs: EpochMs,
  staleAfterDays: number,
): boolean {
  return LIVE_FORMATS.has(format) && receivedMs - observedMs > staleAfterDays * MS_PER_DAY;
}
