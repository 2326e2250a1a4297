import type { Term } from 'n3';
import { keyOf } from '../crawl/graph.ts';
import { LDES, TREE } from '../crawl/terms.ts';
import type { Visit } from '../crawl/visit.ts';
import type { PlacedMember } from '../rule.ts';
import { rootGraph, streamPath } from './stream-facts.ts';
import { durationMs } from './term-checks.ts';

/** The retention policies of a view, on its root node or on what describes it. */
export function policiesOf(visit: Visit): string[] {
  const graph = rootGraph(visit);
  const descriptions = graph.objects(visit.root, `${TREE}viewDescription`).map(keyOf);
  return [visit.root, ...descriptions]
    .flatMap((subject) => graph.objects(subject, `${LDES}retentionPolicy`))
    .map(keyOf);
}

export function saidByPolicy(visit: Visit, policy: string, term: string): Term[] {
  return rootGraph(visit).objects(policy, `${LDES}${term}`);
}

/**
 * Whether a declared retention lets a view lose a member: each property of the policy widens what stays. What cannot be
 * judged (a duration in months, a window for versions) counts as allowed.
 */
export function mayBeDropped(visit: Visit, placed: PlacedMember, all: readonly PlacedMember[]): boolean {
  const policies = policiesOf(visit);
  if (policies.length === 0) return false;
  const said = (term: string) => policies.flatMap((policy) => saidByPolicy(visit, policy, term))[0]?.value;
  const stamp = timestampOf(visit, placed);
  const age = said('fullLogDuration');
  const ageMs = age === undefined ? 0 : (durationMs(age) ?? 0);
  const isYoung = stamp > Math.max(...all.map((one) => timestampOf(visit, one))) - ageMs;
  if (age !== undefined && isYoung) return false;
  const amount = said('versionAmount');
  if (amount !== undefined && said('versionDuration') === undefined) {
    const entity = entityOf(visit, placed);
    const newer = all.filter((one) => entityOf(visit, one) === entity && timestampOf(visit, one) > stamp);
    if (newer.length < Number(amount)) return false;
  }
  const start = said('startingFrom');
  const isSaidByStartAlone = start !== undefined && age === undefined && amount === undefined;
  return !(isSaidByStartAlone && stamp >= Date.parse(start));
}

function timestampOf(visit: Visit, { member }: PlacedMember): number {
  const [stamp] = member.graph.follow(member.key, streamPath(visit, 'timestampPath') ?? []);
  return Date.parse(stamp?.value ?? '');
}

function entityOf(visit: Visit, { member }: PlacedMember): string | undefined {
  return member.graph.follow(member.key, streamPath(visit, 'versionOfPath') ?? [])[0]?.value;
}
