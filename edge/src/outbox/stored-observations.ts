import { formatDecimal, packQuality } from '@meetbrug/protocols/observation';
import type { Datastream } from '../normalise/datastream.ts';
import type { NormalisedObservation } from '../normalise/normalised-observation.ts';

/** As on the link, except that the first number is the id of a description in this file: [description, begin, end, result, value, quality]. */
export type StoredObservation = [
  descriptionId: number,
  beginMs: number,
  endMs: number | null,
  resultMs: number,
  value: string,
  quality: number,
];

/** Observations as the text of a row. */
export function encodeObservations(
  observations: readonly NormalisedObservation[],
  descriptionId: (datastream: Datastream) => number,
): string {
  const rows = observations.map(({ datastream, beginMs, endMs, resultMs, value, quality }) => {
    const times = `${beginMs},${endMs ?? null},${resultMs}`;
    return `[${descriptionId(datastream)},${times},"${formatDecimal(value)}",${packQuality(quality)}]`;
  });
  return `[${rows.join(',')}]`;
}

/** The inverse of {@link encodeObservations}; the row's checksum has been verified, so the text is what was written. */
export function decodeObservations(text: string): StoredObservation[] {
  return JSON.parse(text) as StoredObservation[];
}
