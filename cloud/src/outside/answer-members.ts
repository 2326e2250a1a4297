import type { OutsideResult } from './outside-append.ts';
import type { MemberRefusalCode, ReadMember } from './read-members.ts';
import type { ShapeReport } from './shape-report.ts';

/** What came of one member that was posted. */
export interface MemberAnswer {
  /** IRI of the member; of a graph or subject where there is none. */
  readonly member: string;
  readonly result: OutsideResult | 'refused';
  readonly code?: MemberRefusalCode;
  readonly detail?: string;
  readonly report?: ShapeReport;
  /** What the sender may want to do otherwise next time. */
  readonly advice?: string;
}

/** How many of each result. */
export type MemberCounts = Readonly<Record<MemberAnswer['result'], number>>;

/** @param results of the members that were accepted, in their order */
export function answerMembers(read: readonly ReadMember[], results: readonly OutsideResult[]): MemberAnswer[] {
  let next = 0;
  return read.map((one) => {
    if (one.kind === 'refused') {
      const { iri, code, detail, report } = one;
      return { member: iri, result: 'refused', code, detail, ...(report && { report }) };
    }
    const result = results[next++];
    if (result === undefined) throw new Error('a member has no result');
    const { iri } = one.member;
    const told = result === 'conflict' ? { detail: 'was published with other content, which stays' } : {};
    return { member: iri, result, ...told, ...adviceOn(one.describes) };
  });
}

/** Readers cut a member out of a page with its blank nodes; two that say different things of one IRI are mixed there. */
function adviceOn(describes: readonly string[]): { readonly advice?: string } {
  const [first] = describes;
  if (first === undefined) return {};
  return {
    advice: `it describes <${first}>, which is not its own: many readers leave that out or mix it with what other members say of it; use a blank node`,
  };
}

export function countResults(answers: readonly MemberAnswer[]): MemberCounts {
  const counts = { created: 0, known: 0, conflict: 0, refused: 0 };
  for (const { result } of answers) counts[result] += 1;
  return counts;
}
