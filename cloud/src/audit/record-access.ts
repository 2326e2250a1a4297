import type { AccessEvents } from '../access/create-access.ts';
import type { Audit } from './open-audit.ts';

const HOUR_MS = 3_600_000;
/** Entries an hour: strangers cannot make more identities than there are keys and subjects, but these are many. */
const ENTRIES_MAX = 1_000;

/**
 * Writes down when credentials are used and when they are refused: the first time in each hour, for each key or subject
 * and each reason, since an entry waits for the disk.
 */
export function recordAccess(audit: Pick<Audit, 'record'>, nowMs: () => number): AccessEvents {
  const written = new Set<string>();
  let hour = -1;
  const isFirst = (what: string): boolean => {
    const now = Math.floor(nowMs() / HOUR_MS);
    if (now !== hour) written.clear();
    hour = now;
    if (written.has(what) || written.size >= ENTRIES_MAX) return false;
    written.add(what);
    return true;
  };
  return {
    onUsed(identity) {
      if (isFirst(`used ${identity}`)) audit.record('credentials-used', identity);
    },
    onRefused(identity, reason) {
      if (isFirst(`${reason} ${identity}`)) audit.record('credentials-refused', identity, { reason });
    },
  };
}
