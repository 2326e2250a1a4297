import type { CatalogueApi } from '@meetbrug/protocols/dcat';

/** The query API, which names what it has in each of its answers. */
export const QUERY_API: CatalogueApi = {
  name: 'api-v1',
  title: 'Query-API: datastromen en hun waarnemingen als JSON',
  description:
    'Zoekt datastromen op organisatie, meetpunt, kenmerk en thema, en geeft hun waarnemingen tussen twee tijdstippen.',
  endpointPath: '/api/v1/datastreams',
  descriptionPath: '/api/v1/datastreams',
  conformsTo: [],
  datasetPath: '/api/v1/datastreams?organisation={organisation}&theme={theme}',
};
