import { type EpochMs, formatDecimal, packQuality } from '@meetbrug/protocols/observation';
import type { Datastream } from '../normalise/datastream.ts';
import type { NormalisedObservation } from '../normalise/normalised-observation.ts';

/**
 * As on the link, except that a datastream is the id of a description in this file: [description, begin, end, result,
 * value, quality, inputs], the inputs of a derived value as [description, begin] each.
 */
export type StoredObservation = [
  descriptionId: number,
  beginMs: number,
  endMs: number | null,
  resultMs: number,
  value: string,
  quality: number,
  inputs?: [descriptionId: number, beginMs: number][],
];

/** Observations as the text of a row. */
export function encodeObservations(
  observations: readonly NormalisedObservation[],
  descriptionId: (datastream: Datastream, phenomenonMs: EpochMs) => number,
): string {
  // One growing text: an array of rows to join takes twice as long.
  let rows = '';
  for (const { datastream, beginMs, endMs, resultMs, value, quality, inputs } of observations) {
    const times = `${beginMs},${endMs ?? null},${resultMs}`;
    const from = inputs?.map((input) => `[${descriptionId(input.datastream, input.beginMs)},${input.beginMs}]`);
    const tail = from === undefined ? '' : `,[${from.join(',')}]`;
    const comma = rows === '' ? '' : ',';
    rows += `${comma}[${descriptionId(datastream, beginMs)},${times},"${formatDecimal(value)}",${packQuality(quality)}${tail}]`;
  }
  return `[${rows}]`;
}

/** The descriptions that an observation names: its own and those of its inputs. */
export function descriptionsOf([description, , , , , , inputs = []]: StoredObservation): number[] {
  return [description, ...inputs.map(([input]) => input)];
}

/** The inverse of {@link encodeObservations}; the row's checksum has been verified, so the text is what was written. */
export function decodeObservations(text: string): StoredObservation[] {
  return JSON.parse(text) as StoredObservation[];
}
