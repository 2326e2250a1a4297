import {
  packQuality,
  QUALITY_FLAGS,
  type QualityFlag,
  TIME_SOURCES,
  unpackQuality,
} from '@meetbrug/protocols/observation';

/** The quality of what is computed from observations: the worst of their time sources, and every flag that one has. */
export function productQuality(qualities: readonly number[]): number {
  const known = qualities.map(unpackQuality).filter((quality) => quality !== undefined);
  const worst = Math.max(0, ...known.map(({ timeSource }) => TIME_SOURCES.indexOf(timeSource)));
  const raised = new Set(known.flatMap(({ flags }) => flags));
  return packQuality({
    timeSource: TIME_SOURCES[worst] ?? 'payload',
    flags: QUALITY_FLAGS.filter((flag) => raised.has(flag)),
  });
}

/** Whether one of these flags is raised. */
export function hasFlag(quality: number, flags: ReadonlySet<QualityFlag>): boolean {
  return unpackQuality(quality)?.flags.some((flag) => flags.has(flag)) ?? false;
}
