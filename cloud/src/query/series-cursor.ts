/** Where a part of a series begins: behind this key, in the order of the series. */
export interface SeriesPlace {
  /** Of the last observation or interval; of filled intervals, where the next one begins. */
  readonly beginMs: number;
  readonly datastream: number;
  /** Of filled intervals: begin of the last that was observed. */
  readonly observedMs?: number;
}

/** Before everything of a datastream. */
export const BEFORE_ALL_MS = -1;

const CURSOR = /^(-1|\d{1,15})\.(\d{1,15})(?:\.(\d{1,15}))?$/;

/** Text for an address; only {@link readCursor} knows what it means. */
export function writeCursor({ beginMs, datastream, observedMs }: SeriesPlace): string {
  return `${beginMs}.${datastream}${observedMs === undefined ? '' : `.${observedMs}`}`;
}

/** Undefined for text that {@link writeCursor} cannot have written. */
export function readCursor(text: string): SeriesPlace | undefined {
  const [, beginMs, datastream, observedMs] = CURSOR.exec(text) ?? [];
  if (beginMs === undefined || datastream === undefined) return undefined;
  return {
    beginMs: Number(beginMs),
    datastream: Number(datastream),
    ...(observedMs !== undefined && { observedMs: Number(observedMs) }),
  };
}
