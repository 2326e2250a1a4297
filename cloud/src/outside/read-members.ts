import { createHash } from 'node:crypto';
import { type Fault, ok, type Result } from '@meetbrug/protocols/result';
import { canonicalContent } from './canonical-content.ts';
import { checkMember, type MemberFaultCode } from './check-member.ts';
import { type FoundMember, findMembers, type Unclaimed } from './find-members.ts';
import type { OutsideMember } from './outside-append.ts';
import type { OutsideMemberRules } from './outside-terms.ts';
import type { RdfQuad } from './rdf-quad.ts';
import type { ShapeReport } from './shape-report.ts';

export type MemberRefusalCode = MemberFaultCode | Unclaimed['code'] | 'entangled' | 'shape';

export interface AcceptedMember {
  readonly kind: 'accepted';
  readonly member: OutsideMember;
  /** Some of the other IRIs that it says something of: readers who cut it out of a page may lose or mix that. */
  readonly describes: readonly string[];
}

export interface RefusedMember {
  readonly kind: 'refused';
  /** Of the member; of a graph or a subject where there is none. */
  readonly iri: string;
  readonly code: MemberRefusalCode;
  /** For the sender. */
  readonly detail: string;
  /** Why the shapes of the stream refuse it. */
  readonly report?: ShapeReport;
}

export type ReadMember = AcceptedMember | RefusedMember;

/**
 * The members that statements of others hold, each with what makes it the same as one that came before, or with why it is
 * not taken. Reads nothing but its arguments.
 *
 * @param publicBaseUrl of this cloud: of its own pages no member may say anything
 */
export async function readMembers(
  quads: readonly RdfQuad[],
  rules: OutsideMemberRules,
  publicBaseUrl: string,
): Promise<Result<readonly ReadMember[], Fault<'too-many-statements'>>> {
  const found = findMembers(quads, rules.versionOfPredicate);
  if (!found.ok) return found;
  const read: ReadMember[] = [];
  for (const member of found.value.members) read.push(await readMember(member, rules, publicBaseUrl));
  return ok([...read, ...found.value.unclaimed.map((one) => ({ kind: 'refused', ...one }) as const)]);
}

/** One member of which all statements are known. */
export async function readMember(
  found: FoundMember,
  rules: OutsideMemberRules,
  publicBaseUrl: string,
): Promise<ReadMember> {
  const { iri } = found;
  const checked = checkMember(found, rules, publicBaseUrl);
  if (!checked.ok) return { kind: 'refused', iri, ...checked.fault };
  const { statements, versionOf, describes } = checked.value;
  const content = await canonicalContent(statements);
  if (!content.ok) return { kind: 'refused', iri, ...content.fault };
  const body = new TextEncoder().encode(content.value);
  if (body.length > rules.memberBytesMax) {
    const detail = `is larger than memberBytesMax, ${rules.memberBytesMax} bytes`;
    return { kind: 'refused', iri, code: 'too-large', detail };
  }
  const digest = createHash('sha256').update(body).digest('hex');
  return { kind: 'accepted', member: { iri, body, versionOf, digest }, describes };
}
