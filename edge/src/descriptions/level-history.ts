import { type Decimal, decimalFromNumber, type EpochMs, type MeasuringPoint } from '@meetbrug/protocols/observation';
import type { Datastream } from '../normalise/datastream.ts';
import { type DatedPlace, validAt } from './place-history.ts';

/** How a distance to the water becomes a level here. */
export interface LevelBinding {
  readonly mountingHeightMetres: Decimal;
  readonly local: Datastream;
  readonly taw?: { readonly localZeroMetres: Decimal; readonly datastream: Datastream };
}

/** The same over time: each entry holds until the next; without a binding no level is derived. */
export interface LevelHistory {
  readonly datastreams: LevelDatastreams;
  readonly first: LevelBinding | undefined;
  readonly dated: readonly { readonly validFromMs: EpochMs; readonly binding: LevelBinding | undefined }[];
}

/** Where levels go to. */
export interface LevelDatastreams {
  readonly local: Datastream;
  readonly taw: Datastream;
}

/** Undefined where no entry has a mounting height. */
export function levelHistory(
  first: MeasuringPoint,
  dated: readonly DatedPlace[],
  datastreams: LevelDatastreams,
): LevelHistory | undefined {
  const history = {
    datastreams,
    first: bindLevel(first, datastreams),
    dated: dated.map(({ validFromMs, place }) => ({ validFromMs, binding: bindLevel(place, datastreams) })),
  };
  const derives = [history.first, ...history.dated.map(({ binding }) => binding)].some((each) => each !== undefined);
  return derives ? history : undefined;
}

/** How a distance that was measured at a moment becomes a level; undefined where it does not. */
export function levelAt(history: LevelHistory, ms: EpochMs): LevelBinding | undefined {
  const dated = validAt(history.dated, ms);
  return dated === undefined ? history.first : dated.binding;
}

function bindLevel(place: MeasuringPoint, { local, taw }: LevelDatastreams): LevelBinding | undefined {
  const mountingHeightMetres = decimalFromNumber(place.mountingHeightMetres ?? Number.NaN);
  if (mountingHeightMetres === undefined) return undefined;
  const localZeroMetres = decimalFromNumber(place.localZeroTawMetres ?? Number.NaN);
  if (localZeroMetres === undefined) return { mountingHeightMetres, local };
  return { mountingHeightMetres, local, taw: { localZeroMetres, datastream: taw } };
}
