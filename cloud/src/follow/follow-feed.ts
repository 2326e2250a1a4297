import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { OutsideAppendFaultCode, OutsideMember, OutsideResult } from '../outside/outside-append.ts';
import type { AdmitMembers } from './admit-members.ts';
import type { FeedDescription } from './describe-feed.ts';
import type { FetchPage } from './fetch-page.ts';
import { type FindFault, findFeed } from './find-feed.ts';
import type { DuePage, FeedMemory, MemoryMark, PageOutcome } from './follow-memory.ts';
import { createTally, type FollowProgress } from './follow-progress.ts';
import type { FollowedFeed } from './followed-feed.ts';
import type { ParsePage } from './parse-page.ts';
import { type PageReading, type ReadFault, readPage } from './read-page.ts';
import { RETRY_MS_MAX, retryDelayMs } from './retry-delay.ts';

/** Commits members, with the mark, durably; the results are in their order. */
export type AppendMembers = (
  members: readonly OutsideMember[],
  mark: MemoryMark,
) => Promise<Result<readonly OutsideResult[], Fault<OutsideAppendFaultCode>>>;

export interface FollowPorts {
  readonly fetchPage: FetchPage;
  readonly parse: ParsePage;
  readonly admit: AdmitMembers;
  readonly append: AppendMembers;
  readonly memory: FeedMemory;
  readonly nowMs: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Resolves after that time, or when the signal says so. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly report: (progress: FollowProgress) => void;
}

export type FollowFaultCode = 'not-followable' | 'pages-unreadable' | 'stream-closed' | 'writer-stopped';

/** Members of one commit: bounds how long others wait for the writer. */
const COMMIT_MEMBERS_MAX = 1_000;
/** How long a page or a publisher that may come back by itself is left alone at most, unless it asks for more. */
const PASSING_MS_MAX = 60_000;
/** Attempts after which somebody who wants it all now is told that a page cannot be read. */
const ATTEMPTS_TELL = 5;
const REST_MS_MIN = 1;
const REST_MS_MAX = 60_000;
/** Faults that lie with the publisher as a whole: nothing more is asked of it for a while. */
const OF_PUBLISHER: ReadonlySet<string> = new Set(['unreachable', 'busy']);
/** Faults that pass by themselves. */
const PASSING: ReadonlySet<string> = new Set([...OF_PUBLISHER, 'disk-full', 'clock-behind']);

/**
 * Follows a feed: reads every page that its relations lead to, commits the members, and only then remembers the page, so
 * that a program that ends anywhere reads some pages twice and misses none. What is read twice is known to the log by its
 * IRI. Open pages are asked for again when their answer is no longer fresh.
 *
 * @param until `stopped`: goes on until the signal comes; `caught-up`: ends when there is nothing more to read
 * @returns why it cannot go on; nothing when it ended as it should
 */
export async function followFeed(
  feed: FollowedFeed,
  ports: FollowPorts,
  until: 'stopped' | 'caught-up',
  signal: AbortSignal,
): Promise<Result<undefined, Fault<FollowFaultCode>>> {
  const walk = new FeedWalk(feed, ports, until, signal);
  return walk.run();
}

interface Ready {
  readonly page: DuePage;
  readonly read: Result<PageReading, ReadFault>;
}

class FeedWalk {
  readonly #feed: FollowedFeed;
  readonly #ports: FollowPorts;
  readonly #until: 'stopped' | 'caught-up';
  readonly #signal: AbortSignal;
  readonly #tally = createTally();
  /** Pages asked for, read or being committed: nobody else takes them. */
  readonly #underWay = new Set<number>();
  readonly #ready: Ready[] = [];
  #requests = 0;
  #wake: (() => void) | undefined;
  #caughtUp = false;
  /** The publisher as a whole. */
  readonly #outage = { attempts: 0, sinceMs: 0, untilMs: 0 };
  #fault: { readonly of: 'publisher' | 'page' | 'log'; readonly detail: string } | undefined;

  constructor(feed: FollowedFeed, ports: FollowPorts, until: 'stopped' | 'caught-up', signal: AbortSignal) {
    this.#feed = feed;
    this.#ports = ports;
    this.#until = until;
    this.#signal = signal;
  }

  async run(): Promise<Result<undefined, Fault<FollowFaultCode>>> {
    const found = await this.#find();
    if (!found.ok) return found;
    const description = found.value;
    if (description === undefined) return ok(undefined);
    this.#ports.memory.pollNow();
    this.#ports.memory.add(description.rootUrl);
    while (!this.#signal.aborted) {
      this.#start(description);
      const group = this.#ready.splice(0);
      if (group.length > 0) {
        // What comes next is on its way while this is committed.
        this.#start(description);
        const settled = await this.#settle(group);
        if (!settled.ok) return settled;
        this.#report();
        continue;
      }
      const end = this.#underWay.size === 0 ? this.#end() : undefined;
      if (end !== undefined) return end;
      await this.#rest();
    }
    return ok(undefined);
  }

  /** Undefined when it was stopped first. */
  async #find(): Promise<Result<FeedDescription | undefined, Fault<FollowFaultCode>>> {
    for (let attempts = 1; !this.#signal.aborted; attempts += 1) {
      const found = await findFeed(this.#feed, this.#ports, this.#signal);
      if (found.ok) {
        this.#fault = undefined;
        return found;
      }
      const { code, detail } = found.fault;
      if (code === 'not-followable') return fail(code, detail);
      this.#tally.requests.failed += 1;
      this.#fault = { of: 'publisher', detail };
      this.#report();
      if (this.#until === 'caught-up' && (attempts >= ATTEMPTS_TELL || !OF_PUBLISHER.has(code)))
        return fail('pages-unreadable', detail);
      await this.#ports.wait(this.#delay(found.fault, attempts), this.#signal);
    }
    return ok(undefined);
  }

  /** Asks for pages that are due, as many at once as may be. */
  #start(description: FeedDescription): void {
    const nowMs = this.#ports.nowMs();
    const room = nowMs < this.#outage.untilMs ? 0 : this.#room();
    if (room <= 0) return;
    for (const page of this.#ports.memory.due(nowMs, room, this.#underWay)) {
      this.#underWay.add(page.id);
      this.#requests += 1;
      void this.#ask(page, description);
    }
  }

  /** How many requests may be made now. A publisher that failed is tried with one first. */
  #room(): number {
    const { requestsMax } = this.#feed;
    const allowed = this.#outage.attempts > 0 ? 1 : requestsMax;
    return Math.min(allowed - this.#requests, 2 * requestsMax - this.#underWay.size);
  }

  async #ask(page: DuePage, description: FeedDescription): Promise<void> {
    const startedMs = this.#ports.nowMs();
    const read = await readPage(page, { ...this.#ports, feed: this.#feed, description }, this.#signal);
    this.#requests -= 1;
    if (read.ok) this.#recovered();
    else if (OF_PUBLISHER.has(read.fault.code)) this.#leaveAlone(read.fault, startedMs);
    this.#ready.push({ page, read });
    this.#wake?.();
  }

  #recovered(): void {
    this.#outage.attempts = 0;
    if (this.#fault?.of === 'publisher') this.#fault = undefined;
  }

  /** @param startedMs of the request: one from before the outage was noticed tells nothing new of it */
  #leaveAlone(fault: ReadFault, startedMs: number): void {
    if (startedMs < this.#outage.sinceMs) return;
    const nowMs = this.#ports.nowMs();
    this.#outage.attempts += 1;
    this.#outage.sinceMs = nowMs;
    this.#outage.untilMs = nowMs + this.#delay(fault, this.#outage.attempts);
  }

  /** Commits what was read, then remembers it. */
  async #settle(group: readonly Ready[]): Promise<Result<undefined, Fault<FollowFaultCode>>> {
    const { memory } = this.#ports;
    const readings = group.flatMap(({ read }) => (read.ok ? [read.value] : []));
    const members = readings.flatMap((reading) => reading.members);
    const mark = members.length === 0 ? undefined : memory.nextMark();
    for (let from = 0; mark !== undefined && from < members.length; from += COMMIT_MEMBERS_MAX) {
      const appended = await this.#append(members.slice(from, from + COMMIT_MEMBERS_MAX), mark);
      if (!appended.ok) return appended;
    }
    for (const { changed, refused, refusal } of readings) {
      this.#tally.requests[changed ? 'read' : 'unchanged'] += 1;
      this.#tally.members.refused += refused;
      if (refusal !== undefined) this.#tally.refusal = refusal;
    }
    memory.save(
      group.map(({ page, read }) => (read.ok ? read.value.outcome : this.#failed(page, read.fault))),
      mark,
    );
    for (const { page } of group) this.#underWay.delete(page.id);
    return ok(undefined);
  }

  /** Commits members, however long the log takes to have room again; a fault when it takes nothing more from us. */
  async #append(
    members: readonly OutsideMember[],
    mark: MemoryMark,
  ): Promise<Result<undefined, Fault<FollowFaultCode>>> {
    for (let attempts = 1; ; attempts += 1) {
      const appended = await this.#ports.append(members, mark);
      if (appended.ok) {
        appended.value.forEach((result, index) => {
          this.#tally.members[result] += 1;
          if (result === 'conflict') this.#tally.refusal = `${members[index]?.iri}: is there with another content`;
        });
        if (this.#fault?.of === 'log') this.#fault = undefined;
        return ok(undefined);
      }
      const { code, detail } = appended.fault;
      if (code === 'writer-stopped' || code === 'stream-closed') return fail(code, detail);
      if (this.#signal.aborted) return fail('writer-stopped', 'stopped before the members were committed');
      this.#fault = { of: 'log', detail };
      this.#report();
      await this.#ports.wait(this.#delay(appended.fault, attempts), this.#signal);
    }
  }

  #failed(page: DuePage, fault: ReadFault): PageOutcome {
    const attempts = page.attempts + 1;
    this.#tally.requests.failed += 1;
    this.#fault = { of: OF_PUBLISHER.has(fault.code) ? 'publisher' : 'page', detail: fault.detail };
    return { kind: 'failed', page, attempts, dueMs: this.#ports.nowMs() + this.#delay(fault, attempts) };
  }

  #delay(fault: FindFault | ReadFault | Fault<OutsideAppendFaultCode>, attempts: number): number {
    const backoffMsMax = PASSING.has(fault.code) ? PASSING_MS_MAX : RETRY_MS_MAX;
    const retryAfterMs = 'retryAfterMs' in fault ? fault.retryAfterMs : undefined;
    return retryDelayMs({ attempts, retryAfterMs, backoffMsMax, random: this.#ports.random() });
  }

  /** What to do when nothing is under way: undefined while there is something to wait for. */
  #end(): Result<undefined, Fault<FollowFaultCode>> | undefined {
    const { memory } = this.#ports;
    const failing = memory.failing();
    if (failing.count === 0 && this.#fault?.of === 'page') this.#fault = undefined;
    const isCaughtUp = failing.count === 0 && (memory.nextDueMs(this.#underWay) ?? Infinity) > this.#ports.nowMs();
    if (isCaughtUp !== this.#caughtUp) {
      this.#caughtUp = isCaughtUp;
      this.#report();
    }
    if (this.#until === 'stopped') return undefined;
    if (isCaughtUp) return ok(undefined);
    const onlyFailing = failing.attemptsMin >= ATTEMPTS_TELL && memory.counts().waiting <= failing.count;
    return onlyFailing || this.#outage.attempts >= ATTEMPTS_TELL
      ? fail('pages-unreadable', this.#fault?.detail ?? 'pages cannot be read')
      : undefined;
  }

  /** Until an answer is there, or the next page is due. */
  async #rest(): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    const nextMs = Math.max(this.#ports.memory.nextDueMs(this.#underWay) ?? Infinity, this.#outage.untilMs);
    const waitMs = this.#room() <= 0 ? REST_MS_MAX : Math.min(REST_MS_MAX, nextMs - this.#ports.nowMs());
    await this.#ports.wait(Math.max(REST_MS_MIN, waitMs), AbortSignal.any([this.#signal, woken.signal]));
    this.#wake = undefined;
  }

  #report(): void {
    const { members, requests, refusal } = this.#tally;
    this.#ports.report({
      ...this.#ports.memory.counts(),
      members: { ...members },
      requests: { ...requests },
      caughtUp: this.#caughtUp,
      fault: this.#fault?.detail,
      refusal,
    });
  }
}
