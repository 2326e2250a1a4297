import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';

/** Why a connection is ended by this side: `data` of the event `cut`. */
export type CutReason =
  /** What waited for the reader was not taken in time. */
  | 'slow-reader'
  /** The key or token was revoked or has expired. */
  | 'access-ended'
  /** There is no such stream any more. */
  | 'stream-gone'
  /** The server stops; it takes connections again when it is back. */
  | 'stopping';

/** Ordinals of a stream that can no longer be had: `from` to `until` - 1. */
export interface LostMembers {
  readonly from: number;
  readonly until: number;
}

/** A comment: readers do nothing with it, and proxies see that the connection lives. */
export const HEARTBEAT = ':\n\n';

const RETRY_MS = 2_000;
const EVENT_ID = /^(?:-1|0|[1-9]\d{0,14})$/;

/**
 * What a reader told us it has: the value of `Last-Event-ID`, an ordinal, or `-1` for none.
 * @returns the ordinal that it wants next; undefined: whatever comes from now on
 */
export function readLastEventId(text: string | undefined): Result<number | undefined, Fault<'bad-event-id'>> {
  if (text === undefined || text === '') return ok(undefined);
  if (EVENT_ID.test(text)) return ok(Number(text) + 1);
  return fail('bad-event-id', 'Last-Event-ID is the ordinal of the last member that you have, or -1 for none');
}

/**
 * The first thing that a reader gets. An id without data is no event, but it is what the reader says when it comes back:
 * so one that is cut before its first member misses none.
 */
export function openText(next: number): string {
  return `retry: ${RETRY_MS}\nid: ${next - 1}\n\n`;
}

/** What stands before the line of a member; an empty line follows it. */
export function memberPrefix(ordinal: number): string {
  return `id: ${ordinal}\ndata: `;
}

export const MEMBER_SUFFIX = '\n\n';

/** `first` is the first ordinal that there is. Its id keeps a reader that comes back from hearing it again. */
export function lostText({ from, until }: LostMembers): string {
  return event('lost', { from, until, first: until }, until - 1);
}

export function cutText(reason: CutReason): string {
  return event('cut', { reason });
}

/** Nothing is added to the stream any more: there are members 0 to `memberCount` - 1. */
export function endText(memberCount: number): string {
  return event('end', { members: memberCount }, memberCount - 1);
}

function event(name: string, data: object, id?: number): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
