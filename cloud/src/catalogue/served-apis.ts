import type { CatalogueApi } from '@meetbrug/protocols/dcat';

/** The query API, described by OpenAPI. */
export const QUERY_API: CatalogueApi = {
  name: 'api-v1',
  title: 'Query-API: datastromen en hun waarnemingen als JSON, CSV, Parquet, Arrow en GeoJSON',
  description:
    'Zoekt datastromen op organisatie, meetpunt, kenmerk, thema, plaats en tekst, en geeft hun waarnemingen tussen twee tijdstippen, ook samengevat per uur, dag of maand.',
  endpointPath: '/api/v1/datastreams',
  descriptionPath: '/openapi.json',
  conformsTo: ['https://spec.openapis.org/oas/v3.1.0'],
  datasetPath: '/api/v1/datastreams?organisation={organisation}&theme={theme}',
};

/** OGC SensorThings API 1.1 (18-088), which names its sets and what it meets at its root. */
export const SENSORTHINGS_API: CatalogueApi = {
  name: 'sta-v1-1',
  title: 'SensorThings API 1.1',
  description: 'Alle meetpunten, datastromen en waarnemingen volgens de OGC SensorThings API 1.1, om te lezen.',
  endpointPath: '/sta/v1.1',
  descriptionPath: '/sta/v1.1',
  conformsTo: ['http://www.opengis.net/doc/is/sensorthings/1.1'],
  datasetPath:
    '/sta/v1.1/Datastreams?$filter=properties/organisation%20eq%20%27{organisation}%27%20and%20properties/theme%20eq%20%27{theme}%27',
};

/** Every interface that this cloud serves beside the event streams. */
export const SERVED_APIS: readonly CatalogueApi[] = [QUERY_API, SENSORTHINGS_API];
