import { parsePreferences } from '../http/preferences.ts';

const EVENT_STREAM = 'text/event-stream';

/** Whether an `Accept` header names server-sent events and likes nothing better. `*` does not mean them: they never end. */
export function prefersEvents(accept: string | undefined): boolean {
  if (accept === undefined || !/event-stream/i.test(accept)) return false;
  const preferences = parsePreferences(accept);
  const quality = preferences.find(({ name }) => name === EVENT_STREAM)?.quality ?? 0;
  return quality > 0 && preferences.every((other) => other.quality <= quality);
}
