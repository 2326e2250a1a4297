import type { WireUplink } from '@meetbrug/protocols/delivery';
import type { Gap, GapSubject } from './gap-log.ts';

/**
 * The gaps of one uplink by subject and reason. An edge counts by description, so a datastream that was described anew
 * may be there twice: together they are one gap, since both would have the same name.
 *
 * @param subjectOf what an index of the batch stands for; null: the edge does not know it any more
 */
export function gapsOfUplink(
  [, , , wires = []]: WireUplink,
  organisation: string,
  subjectOf: (index: number | null) => GapSubject,
): Gap[] {
  const gaps = new Map<string, Gap>();
  for (const [index, reason, observations, firstMs, lastMs] of wires) {
    const subject = subjectOf(index);
    const key = `${subject}/${reason}`;
    const known = gaps.get(key);
    gaps.set(key, {
      organisation,
      subject,
      reason,
      observations: Math.min((known?.observations ?? 0) + observations, Number.MAX_SAFE_INTEGER),
      firstMs: Math.min(known?.firstMs ?? firstMs, firstMs, lastMs),
      lastMs: Math.max(known?.lastMs ?? lastMs, firstMs, lastMs),
    });
  }
  return [...gaps.values()];
}
