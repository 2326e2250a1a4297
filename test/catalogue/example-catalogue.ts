import type { Catalogue, CatalogueDataset, Contact, Publisher } from '@meetbrug/protocols/dcat';
import { BASE_URL } from '../oslo/golden-members.ts';

const publisher: Publisher = { organisation: 'voorbeeld', name: 'Voorbeeldstad', type: 'local-authority' };
const contact: Contact = { name: 'Dienst data', email: 'data@voorbeeld.example' };
const BY_PAGE = { kind: 'by-page', name: 'by-page', pageSize: 250, fanOut: 250 } as const;
const licence = 'https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0';

/** Everything that is known of a stream of measurements. */
export const HEAT: CatalogueDataset = {
  organisation: 'voorbeeld',
  stream: 'heat-stress',
  kind: 'observations',
  theme: 'heat-stress',
  title: 'Voorbeeldstad: hittestress',
  publisher,
  contact,
  views: [
    BY_PAGE,
    { kind: 'by-time', name: 'by-hour', pageSize: 100, fanOut: 100 },
    { kind: 'latest', name: 'latest', buckets: 64 },
  ],
  closed: false,
  access: 'public',
  highValue: ['meteorological', 'earth-observation-and-environment'],
  contents: {
    issuedMs: Date.UTC(2026, 5, 1),
    modifiedMs: Date.UTC(2026, 6, 1, 12, 0, 0, 250),
    period: { fromMs: Date.UTC(2026, 4, 31), untilMs: Date.UTC(2026, 6, 1, 12) },
    box: { west: 3.7, south: 51.02, east: 3.76, north: 51.07 },
    properties: ['air-temperature', 'relative-humidity'],
    licences: [licence],
  },
};

/** Nothing was published yet. */
const EMPTY: CatalogueDataset = {
  ...HEAT,
  organisation: 'ander',
  stream: 'mobility',
  theme: 'mobility',
  title: 'Andere stad: mobiliteit',
  publisher: { organisation: 'ander', name: 'Andere stad', iri: 'https://data.vlaanderen.be/id/organisatie/OVO000001' },
  contact: { organisation: 'ander', name: 'Onthaal', page: 'https://ander.example/contact' },
  views: [BY_PAGE],
  highValue: [],
  contents: { properties: [], licences: [] },
};

/** Whoever wants to read it has to ask. */
const RESTRICTED: CatalogueDataset = {
  ...EMPTY,
  stream: 'water-level',
  theme: 'water-level',
  title: 'Andere stad: waterpeil',
  access: 'restricted',
};

const { theme: _theme, ...ofSensors } = HEAT;
/** What describes sensors; the stream has ended, and all sensors hang at one place. */
const SENSORS: CatalogueDataset = {
  ...ofSensors,
  stream: 'sensors',
  kind: 'entities',
  title: 'Voorbeeldstad: meetpunten en sensoren',
  views: [BY_PAGE],
  closed: true,
  highValue: [],
  contents: {
    issuedMs: Date.UTC(2026, 5, 1),
    modifiedMs: Date.UTC(2026, 5, 2),
    box: { west: 3.7, south: 51.02, east: 3.7, north: 51.02 },
    properties: [],
    licences: [licence],
  },
};

export const CATALOGUE: Catalogue = {
  publicBaseUrl: BASE_URL,
  title: 'Metingen',
  description: 'Wat er gemeten wordt.',
  publisher: { name: 'Samenwerking', iri: 'https://samen.example/id/wij' },
  contact,
  licence,
  rights: 'Vrij te lezen.',
  languages: ['nl'],
  datasets: [
    HEAT,
    {
      ...HEAT,
      organisation: 'all',
      title: 'Alle organisaties: hittestress',
      views: [BY_PAGE],
    },
    EMPTY,
    RESTRICTED,
    SENSORS,
  ],
  apis: [
    {
      name: 'api-v1',
      title: 'Query-API',
      description: 'Reeksen.',
      endpointPath: '/api/v1/datastreams',
      descriptionPath: '/api/v1/datastreams',
      conformsTo: ['https://standard.example/api'],
      datasetPath: '/api/v1/datastreams?organisation={organisation}&theme={theme}',
    },
  ],
};
