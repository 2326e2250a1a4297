import type { Expired } from '../retention/expiry.ts';
import type { ColdFile } from './open-cold-file.ts';

/**
 * How many rows of a file have expired. It stops at each `yield`, after a row group, so that its thread can hear.
 */
export function* countExpired(file: ColdFile, expired: Expired): Generator<undefined, number> {
  let count = 0;
  for (const [group, { rows }] of file.groups.entries()) {
    const [datastreams, begins, stamps] = ['datastream_id', 'begin', 'generated'].map((name) =>
      file.column(group, name),
    ) as [Float64Array, Float64Array, Float64Array];
    for (let at = 0; at < rows; at++) {
      const version = {
        datastream: datastreams[at] as number,
        beginMs: begins[at] as number,
        stampMs: stamps[at] as number,
      };
      if (expired.has(version)) count += 1;
    }
    yield;
  }
  return count;
}
