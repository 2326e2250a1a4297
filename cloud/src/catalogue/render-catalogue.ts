import {
  type CatalogueFormat,
  catalogueModifiedMs,
  catalogueTriples,
  type DatasetContents,
  writeCatalogue,
} from '@meetbrug/protocols/dcat';
import type { Store } from '../log/open-store.ts';
import type { PlannedCatalogue, PlannedDataset } from './plan-catalogue.ts';
import { createContentsReader } from './read-contents.ts';

export interface RenderedCatalogue {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Stamp of the newest commit in any of its streams; undefined while there is none. */
  readonly modifiedMs: number | undefined;
}

export interface CatalogueRenderer {
  render(planned: PlannedCatalogue, format: CatalogueFormat): RenderedCatalogue;
}

/**
 * Fills in what the store knows of each stream, and writes the document. Of what is not for everybody it says no more than
 * the licence.
 * @param allWithout streams that enter no stream of all organisations, as `organisation/stream`
 */
export function createCatalogueRenderer(store: Store, allWithout: readonly string[]): CatalogueRenderer {
  const readContents = createContentsReader(store, allWithout);
  return {
    render(planned, format) {
      const contentsOf = readContents();
      const catalogue = {
        ...planned,
        datasets: planned.datasets.map((dataset) => ({
          ...dataset,
          contents: shownOf(dataset, contentsOf(dataset.organisation, dataset.stream)),
        })),
      };
      return {
        bytes: new TextEncoder().encode(writeCatalogue(format, catalogueTriples(catalogue))),
        modifiedMs: catalogueModifiedMs(catalogue),
      };
    },
  };
}

function shownOf({ access }: Pick<PlannedDataset, 'access'>, contents: DatasetContents): DatasetContents {
  return access === 'public' ? contents : { properties: [], licences: contents.licences };
}
