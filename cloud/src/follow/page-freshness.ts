/** What the headers of an answer say of how long it may be used. */
export interface CacheControl {
  readonly immutable: boolean;
  /** How long it is fresh from the answer on; undefined when nothing is said. */
  readonly maxAgeSeconds?: number;
}

/** @param age header `Age`: how old the answer was already when it came */
export function readCacheControl(header: string | undefined, age: string | undefined): CacheControl {
  const tokens = (header ?? '')
    .toLowerCase()
    .split(',')
    .map((token) => token.trim());
  const seconds = tokens.flatMap((token) => /^max-age="?(\d{1,9})"?$/.exec(token)?.[1] ?? []).map(Number)[0];
  const unused = tokens.includes('no-cache') || tokens.includes('no-store') ? 0 : seconds;
  const spent = /^\d{1,9}$/.test(age ?? '') ? Number(age) : 0;
  return {
    immutable: tokens.includes('immutable'),
    ...(unused === undefined ? {} : { maxAgeSeconds: Math.max(0, unused - spent) }),
  };
}

export interface PollBounds {
  readonly pollMsMin: number;
  readonly pollMsMax: number;
}

export interface PageHistory {
  readonly nowMs: number;
  /** When the page was last seen to be other than before. */
  readonly changedMs: number;
  readonly maxAgeSeconds?: number | undefined;
  /** `ldes:pollingInterval` of the feed. */
  readonly pollingSeconds?: number | undefined;
}

/** Part of the time since the last change that a page is taken for fresh when nobody says otherwise (RFC 9111, 4.2.2). */
const HEURISTIC_SHARE = 0.1;

/**
 * When an open page is worth another look: when its answer is no longer fresh and the advised interval is over. A server
 * that says neither is asked less often the longer its page stands still, so that a feed whose old pages never become
 * immutable does not cost a request a page and minute.
 */
export function nextPollMs(
  { nowMs, changedMs, maxAgeSeconds, pollingSeconds }: PageHistory,
  { pollMsMin, pollMsMax }: PollBounds,
): number {
  const said = [maxAgeSeconds, pollingSeconds].filter((seconds) => seconds !== undefined);
  const waitMs = said.length > 0 ? Math.max(...said) * 1_000 : (nowMs - changedMs) * HEURISTIC_SHARE;
  return nowMs + Math.min(pollMsMax, Math.max(pollMsMin, waitMs));
}
