/**
 * The id of an observation is text of digits: the number of its datastream, then its begin in milliseconds as 15 digits.
 * It can be read back without a table, stays below 2^63 for the first nine thousand datastreams, and is text because a
 * number of that length loses digits in every client that keeps numbers as doubles.
 */
const BEGIN_DIGITS = 15;
const ID = /^([1-9]\d{0,14})(\d{15})$/;

export interface ObservationKey {
  readonly datastream: number;
  readonly beginMs: number;
}

export function observationId({ datastream, beginMs }: ObservationKey): string {
  return `${datastream}${String(beginMs).padStart(BEGIN_DIGITS, '0')}`;
}

/** Undefined for text that is no id of an observation. */
export function readObservationId(text: string): ObservationKey | undefined {
  const [, datastream, begin] = ID.exec(text) ?? [];
  return datastream === undefined ? undefined : { datastream: Number(datastream), beginMs: Number(begin) };
}
