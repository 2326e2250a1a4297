import { decodeBody } from '@meetbrug/cloud/src/ingest/link-body.ts';
import { type Acknowledgement, batchSchema, rangesContain } from '@meetbrug/protocols/delivery';
import { observationName } from './ledger.ts';

/** A version that the cloud has acknowledged. */
export interface DeliveredVersion {
  readonly key: string;
  readonly revision: number;
  readonly value: string;
}

/** Every version of every observation that the cloud has acknowledged, each once, by observation. */
export class DeliveredVersions {
  readonly #byObservation = new Map<string, DeliveredVersion[]>();

  get byObservation(): ReadonlyMap<string, readonly DeliveredVersion[]> {
    return this.#byObservation;
  }

  /** What one acknowledgement says of one batch. */
  note(body: Uint8Array, { acknowledged }: Acknowledgement): void {
    const read = decodeBody(body);
    if (!read.ok) throw new Error(read.fault.detail);
    const { datastreams, uplinks } = batchSchema.parse(read.value);
    for (const [revision, , observations] of uplinks) {
      if (!rangesContain(acknowledged, revision)) continue;
      for (const [index, beginMs, , , value] of observations) {
        const [key] = datastreams[index] as (typeof datastreams)[number];
        this.#add(observationName({ key, beginMs }), { key, revision, value });
      }
    }
  }

  #add(observation: string, version: DeliveredVersion): void {
    const known = this.#byObservation.get(observation) ?? [];
    if (known.some(({ revision, value }) => revision === version.revision && value === version.value)) return;
    this.#byObservation.set(observation, [...known, version]);
  }
}
