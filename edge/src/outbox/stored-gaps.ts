import type { EdgeGapReason } from '@meetbrug/protocols/delivery';
import { EDGE_GAP_REASONS } from '@meetbrug/protocols/delivery';
import type { DatastreamDescription, EpochMs } from '@meetbrug/protocols/observation';
import { epochMsSchema } from '@meetbrug/protocols/observation';
import { z } from 'zod';
import type { UplinkRow } from './row-checksum.ts';
import type { StoredObservation } from './stored-observations.ts';

/**
 * As on the link, except that a datastream is the id of a description in this file: observations of one datastream that
 * will never come, with the first and last begin of their phenomenon times; null: of datastreams that are not known.
 */
export type StoredGap = [
  descriptionId: number | null,
  reason: EdgeGapReason,
  count: number,
  firstMs: EpochMs,
  lastMs: EpochMs,
];

/** Adds up observations that are discarded for one reason, by description. */
export function gapsOf(observations: Iterable<StoredObservation>, reason: EdgeGapReason): StoredGap[] {
  const gaps = new Map<number, StoredGap>();
  for (const [id, beginMs] of observations) {
    const gap = gaps.get(id);
    if (gap === undefined) gaps.set(id, [id, reason, 1, beginMs, beginMs]);
    else {
      gap[2] += 1;
      gap[3] = Math.min(gap[3], beginMs);
      gap[4] = Math.max(gap[4], beginMs);
    }
  }
  return [...gaps.values()];
}

const gapsSchema = z.array(
  z.tuple([z.int().min(1).nullable(), z.enum(EDGE_GAP_REASONS), z.int().min(1), epochMsSchema, epochMsSchema]),
);

export interface DamagedRow {
  /** Observations that were in it. */
  readonly lost: readonly StoredGap[];
  /** What it was to report, counted before. */
  readonly unreported: readonly StoredGap[];
}

/**
 * What is lost with a row whose checksum is wrong. A turned digit names another datastream or another time and can still be
 * read, so neither is believed: the loss is of an unknown datastream, when the row was received, and of as many observations
 * as its text shows, at least one. A report in which only known datastreams are named is taken to be what it says.
 */
export function lossOfDamaged(
  row: UplinkRow,
  description: (id: number) => DatastreamDescription | undefined,
): DamagedRow {
  if (row.gaps !== null) {
    const reported = gapsSchema.safeParse(parseJson(row.gaps));
    const isKnown = (id: number | null) => id === null || description(id) !== undefined;
    if (reported.success && reported.data.every(([id]) => isKnown(id))) return { lost: [], unreported: reported.data };
  }
  const receivedMs = epochMsSchema.safeParse(row.received_ms).data ?? 0;
  return { lost: [[null, 'damaged', observationsIn(row.observations), receivedMs, receivedMs]], unreported: [] };
}

/** Each observation has one value in quotation marks; a turned bit spoils only one of the two marks. */
function observationsIn(text: unknown): number {
  const parsed = z.array(z.unknown()).safeParse(parseJson(text));
  if (parsed.success) return Math.max(parsed.data.length, 1);
  const count = (mark: string) => String(text).split(mark).length - 1;
  return Math.max(count(',"'), count('",'), 1);
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
