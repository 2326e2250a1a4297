import { type DatastreamKey, formatInstant, unpackQuality } from '@meetbrug/protocols/observation';
import { publishedIris } from '@meetbrug/protocols/oslo';
import { fromStoredValue, type StoredValue } from '../log/stored-value.ts';
import type { Entity } from './entity.ts';
import type { EntityDirectory } from './entity-directory.ts';
import { observationId } from './observation-id.ts';
import { ExactNumber, type PropertyValue, TimeValue } from './values.ts';

/** The current version of one observation. */
export interface ObservationRow extends StoredValue {
  readonly datastream: number;
  readonly beginMs: number;
  readonly endMs: number | null;
  readonly resultMs: number;
  readonly quality: number;
  readonly revision: number;
  readonly stampMs: number;
}

/** What an observation says of its datastream. */
export interface ObservationDirectory extends Pick<EntityDirectory, 'datastream' | 'featureOf'> {
  described(
    datastream: number,
  ): { readonly organisation: string; readonly description: { readonly datastream: DatastreamKey } } | undefined;
}

/** An observation over its row: what nobody asks for is not made. */
export class ObservationEntity implements Entity {
  readonly set = 'Observations';
  readonly row: ObservationRow;
  readonly #directory: ObservationDirectory;
  readonly #publicBaseUrl: string;

  constructor(row: ObservationRow, directory: ObservationDirectory, publicBaseUrl: string) {
    this.row = row;
    this.#directory = directory;
    this.#publicBaseUrl = publicBaseUrl;
  }

  get id(): string {
    return observationId(this.row);
  }

  property(name: string): PropertyValue {
    const { row } = this;
    switch (name) {
      case 'phenomenonTime':
        return new TimeValue(row.beginMs, row.endMs ?? undefined);
      case 'result': {
        const value = fromStoredValue(row);
        return 'below' in value ? null : new ExactNumber(value);
      }
      case 'resultTime':
        return new TimeValue(row.resultMs);
      case 'resultQuality':
        return unpackQuality(row.quality)?.flags ?? [];
      case 'parameters':
        return this.#parameters();
      default:
        return null;
    }
  }

  related(relation: string): readonly Entity[] {
    const { datastream } = this.row;
    const entity =
      relation === 'Datastream' ? this.#directory.datastream(datastream) : this.#directory.featureOf(datastream);
    return entity === undefined ? [] : [entity];
  }

  observationScope(): readonly number[] {
    return [];
  }

  /** `member` is the version as the event stream has it; `observation` what all its versions are of. */
  #parameters(): PropertyValue {
    const { datastream, beginMs, revision, stampMs, quality, below } = this.row;
    const described = this.#directory.described(datastream);
    if (described === undefined) return null;
    const iris = publishedIris(this.#publicBaseUrl, described.organisation);
    const key = described.description.datastream;
    return {
      member: iris.observationVersion(key, beginMs, revision),
      observation: iris.observation(key, beginMs),
      revision,
      generated: formatInstant(stampMs),
      timeSource: unpackQuality(quality)?.timeSource ?? null,
      ...(below === null ? {} : { lowerBound: 0, upperBound: below - 1 }),
    };
  }
}
