import type { ObservationMember } from './member.ts';
import { createHoleTexts, cutAtHoles, SLOT_BYTES, sentinelMember } from './member-holes.ts';

/** A rendered member, cut at what varies: `segments[i]`, then hole `holes[i]`, and so on to the last segment. */
export interface MemberTemplate {
  readonly segments: readonly Uint8Array[];
  readonly holes: Uint8Array;
  /** No member written with it takes more. */
  readonly bytesMax: number;
}

/**
 * Renders a sentinel once and cuts its text at the sentinel's values. The template serves all members of the same
 * {@link memberShape}.
 * @param render the text, ASCII only, of a member
 */
export function compileMemberTemplate(
  member: ObservationMember,
  render: (sentinel: ObservationMember) => string,
): MemberTemplate {
  const { fixed, holes } = cutAtHoles(render(sentinelMember(member)));
  const encoder = new TextEncoder();
  const segments = fixed.map((text) => encoder.encode(text));
  const segmentBytes = segments.reduce((sum, segment) => sum + segment.length, 0);
  return { segments, holes: Uint8Array.from(holes), bytesMax: segmentBytes + holes.length * SLOT_BYTES };
}

/** Puts a member at an offset and returns the offset behind it; `bytesMax` bytes of the template must fit there. */
export type MemberWriter = (template: MemberTemplate, member: ObservationMember, out: Uint8Array, at: number) => number;

/** From this length on one native copy beats a loop over the bytes. */
const LONG_BYTES = 32;

/** A writer keeps the texts of one member at a time, so it is not to be shared between threads. */
export function createMemberWriter(): MemberWriter {
  const { slots, lengths, fill } = createHoleTexts();
  /** Where in the output a hole's text stands already; -1 before its first use in the member. */
  const written = new Int32Array(lengths.length);

  function writeHole(hole: number, out: Uint8Array, at: number): number {
    const length = lengths[hole] as number;
    const earlier = written[hole] as number;
    if (length >= LONG_BYTES && earlier >= 0) {
      out.copyWithin(at, earlier, earlier + length);
    } else {
      const from = hole * SLOT_BYTES;
      for (let index = 0; index < length; index += 1) out[at + index] = slots[from + index] as number;
      written[hole] = at;
    }
    return at + length;
  }

  return ({ segments, holes }, member, out, start) => {
    fill(member);
    written.fill(-1);
    let at = start;
    for (let index = 0; index < holes.length; index += 1) {
      const segment = segments[index] as Uint8Array;
      out.set(segment, at);
      at = writeHole(holes[index] as number, out, at + segment.length);
    }
    const last = segments[holes.length] as Uint8Array;
    out.set(last, at);
    return at + last.length;
  };
}
