import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { type CheckShapes, createShapeCheck } from '../outside/check-shapes.ts';
import type { OutsideMember } from '../outside/outside-append.ts';
import { type ReadMember, readMember } from '../outside/read-members.ts';
import type { FeedDescription } from './describe-feed.ts';
import type { FollowedFeed } from './followed-feed.ts';
import type { FeedMember, FeedPage } from './read-feed-page.ts';
import { timesOfState, versionOfState } from './version-of-state.ts';

/** What of a page goes to the log. */
export interface AdmittedMembers {
  readonly members: readonly OutsideMember[];
  /** Members that cannot stand in the stream. */
  readonly refused: number;
  /** Why the last of them cannot. */
  readonly refusal?: string | undefined;
}

/** Makes members of ours from what stands on a page. */
export type AdmitMembers = (page: FeedPage, description: FeedDescription) => Promise<AdmittedMembers>;

/** Hexadecimal digits of a digest that tell the states of one thing apart. */
const MARK_DIGITS = 32;

const MIXED = { kind: 'refused', detail: 'its page holds several states of it that cannot be told apart' } as const;

/**
 * Prepares to take members of a feed into its stream, by the same rules as those that are posted to it. The detail of a
 * fault says what the operator must change.
 */
export async function createAdmitMembers(
  feed: Pick<FollowedFeed, 'rules' | 'shapes' | 'objects' | 'organisation' | 'stream'>,
  publicBaseUrl: string,
): Promise<Result<AdmitMembers, Fault<'shapes-unusable'>>> {
  const { rules } = feed;
  let check: CheckShapes | undefined;
  if (feed.shapes !== undefined) {
    const created = await createShapeCheck(feed.shapes, rules.versionOfPredicate);
    if (!created.ok) {
      return fail(
        created.fault.code,
        `outside: shapesFile of ${feed.organisation}/${feed.stream}: ${created.fault.detail}`,
      );
    }
    check = created.value;
  }

  return ok(async ({ members, nameless }, description) => {
    const admitted: OutsideMember[] = [];
    let refused = nameless;
    let refusal = nameless > 0 ? 'a member without an IRI' : undefined;
    const areVersions = feed.objects === 'as-declared' ? description.hasVersions : feed.objects === 'versions';
    for (const member of members) {
      const version = areVersions ? member : await toVersion(member, description);
      const read = version === undefined ? MIXED : await judge(await readMember(version, rules, publicBaseUrl), check);
      if (read.kind === 'accepted') {
        admitted.push(read.member);
        continue;
      }
      refused += 1;
      refusal = `${member.iri}: ${read.detail}`;
    }
    return { members: admitted, refused, refusal };
  });

  /** Undefined when the page holds several states of one thing under one name: nobody can tell which statement is of which. */
  async function toVersion(state: FeedMember, { timestampPath }: FeedDescription): Promise<FeedMember | undefined> {
    const version = (mark: string) => versionOfState(state, mark, rules.versionOfPredicate);
    const [time, other] = timesOfState(state, timestampPath);
    if (other !== undefined) return undefined;
    if (time !== undefined) return version(time);
    // After its content, which is known once it is written down.
    const draft = version('state');
    const read = await readMember(draft, rules, publicBaseUrl);
    return read.kind === 'accepted' ? version(read.member.digest.slice(0, MARK_DIGITS)) : draft;
  }
}

async function judge(read: ReadMember, check: CheckShapes | undefined): Promise<ReadMember> {
  if (read.kind === 'refused' || check === undefined) return read;
  const report = await check(read.member.body);
  if (report === undefined) return read;
  const detail = `does not conform to the shapes of the stream: ${report.results[0]?.message ?? 'no reason is given'}`;
  return { kind: 'refused', iri: read.member.iri, code: 'shape', detail, report };
}
