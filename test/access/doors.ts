import { OTHER_KEY, PRIVATE_KEY, PRIVATE_TIMES, PUBLIC_KEY, SHARED_PRIVATE_KEY } from './private-cloud.ts';

/** An address of a door of the cloud, and what it gives. */
export interface Door {
  /** The route that answers, as the app has it. */
  readonly route: string;
  readonly target: string;
  /**
   * `closed`: nothing but a refusal for who may not read the private stream; `open`: what everybody may read, as if there
   * were no private stream; `operator`: about the program, and the same for everybody at one moment only.
   */
  readonly kind: 'closed' | 'open' | 'operator';
  /** Whether the private stream shows here to who may read it. */
  readonly shows: boolean;
  /** Never ends for who may read it. */
  readonly isEndless?: true;
  readonly accept?: string;
  readonly method?: string;
}

type Rest = Partial<Omit<Door, 'route' | 'target'>>;
const doorsOf = (route: string, kind: Door['kind'], targets: readonly string[], rest: Rest = {}) =>
  targets.map((target): Door => ({ route, target, kind, shows: false, ...rest }));

const FEED = '/ldes/demo/heat-stress';
const VIEWS = ['by-page', 'by-time', 'by-location', 'by-property', 'by-datastream', 'latest'];
const RDF = ['text/turtle', 'application/n-quads', 'application/ld+json', 'application/trig', 'application/n-triples'];
const API = '/api/v1';
const STA = '/sta/v1.1';
const WIDE = 'from=2025-01-01T00:00:00Z&to=2027-01-01T00:00:00Z';
const PRIVATE_IRI = `/id/demo/observatie/${PRIVATE_KEY}`;
const encoded = (filter: string) => encodeURIComponent(filter);

const LDES: readonly Door[] = [
  ...doorsOf('/ldes/*', 'closed', [FEED, ...VIEWS.map((view) => `${FEED}/${view}`)]),
  ...RDF.flatMap((accept) => doorsOf('/ldes/*', 'closed', [`${FEED}/by-page/page/0`], { shows: true, accept })),
  ...doorsOf('/ldes/*', 'closed', [`${FEED}/by-page/page/1`, `${FEED}/latest/bucket/0`], { shows: true }),
  ...doorsOf('/ldes/*', 'closed', ['/ldes/demo/sensors', '/ldes/demo/sensors/by-page']),
  ...doorsOf('/ldes/*', 'closed', ['/ldes/demo/sensors/by-page/page/3'], { shows: true }),
  ...doorsOf('/ldes/*', 'closed', [FEED, '/ldes/demo/sensors'], { accept: 'text/event-stream', isEndless: true }),
  // Other spellings, and what is not there: nothing tells one from the other.
  ...doorsOf('/ldes/*', 'closed', [
    `${FEED}/`,
    `${FEED}/by-page/page/00`,
    `${FEED}/by-page/page/0?x=1`,
    `${FEED}/by-page/page/999999`,
    `${FEED}/no-such-view`,
    `${FEED}/by-page/no/such/node`,
    '/ldes/demo/%68eat-stress/by-page',
    '/ldes/x/../demo/heat-stress/by-page/page/0',
    '//ldes/demo/heat-stress/by-page/page/0',
  ]),
  ...doorsOf('/ldes/*', 'open', [
    ...[
      '/ldes/demo/device-status',
      '/ldes/other/heat-stress',
      '/ldes/all/heat-stress',
      '/ldes/all/device-status',
    ].flatMap((feed) => [
      feed,
      ...VIEWS.map((view) => `${feed}/${view}`),
      `${feed}/by-page/page/0`,
      `${feed}/by-page/page/1`,
    ]),
    '/ldes/all/heat-stress/latest/bucket/0',
    '/ldes/all/heat-stress/by-page/page/2',
    '/ldes/other/sensors',
    '/ldes/other/sensors/by-page/page/0',
    '/ldes/nobody/heat-stress',
  ]),
];

const IRIS: readonly Door[] = [
  ...doorsOf('/id/*', 'closed', [`${PRIVATE_IRI}/${PRIVATE_TIMES.summer}`, `${PRIVATE_IRI}/${PRIVATE_TIMES.winter}`], {
    shows: true,
  }),
  ...doorsOf('/id/*', 'closed', ['/id/demo/meetpunt/kanarie-plein', '/id/demo/meetpunt/gedeeld-plein'], {
    shows: true,
  }),
  ...doorsOf('/id/*', 'closed', [`/id/demo/datastream/${PRIVATE_KEY}`], { shows: true }),
  // Names that nobody has: the same refusal, so that nobody learns which there are.
  ...doorsOf('/id/*', 'closed', [
    `${PRIVATE_IRI}/2026-09-03T03:33:59Z`,
    '/id/demo/observatie/niemand.niets.luchttemperatuur.momentaan/2026-09-03T12:00:00Z',
    '/id/demo/meetpunt/niemand',
    '/id/demo/iets/heel/anders',
  ]),
  ...doorsOf('/id/*', 'open', [
    `/id/demo/observatie/${PUBLIC_KEY}/2026-09-02T12:00:00Z`,
    `/id/demo/observatie/${PUBLIC_KEY}/2026-09-02T12:59:00Z`,
    `/id/other/observatie/${OTHER_KEY}/2026-09-02T12:00:00Z`,
    '/id/other/meetpunt/ander-plein',
    '/id/other/meetpunt/kanarie-plein',
    '/id//other/meetpunt/ander-plein',
  ]),
  ...doorsOf('/id/concept/*', 'open', ['/id/concept/geobserveerd-kenmerk/luchttemperatuur']),
  ...doorsOf('/id/concept/*', 'open', ['/id/concept/geobserveerd-kenmerk'], { accept: 'text/html' }),
  ...doorsOf('/id/verkeerskenmerk/*', 'open', ['/id/verkeerskenmerk/aantal']),
  ...doorsOf('/id/shape/*', 'open', ['/id/shape/heat-stress']),
  ...doorsOf('/id/context/:version', 'open', ['/id/context/observatie-1.jsonld']),
];

const SEARCHES = [
  '',
  'theme=heat-stress',
  'property=air-temperature',
  'organisation=demo',
  'organisation=demo&theme=heat-stress',
  'text=kanarie',
  'measuringPoint=kanarie-plein',
  'measuringPoint=gedeeld-plein',
  'near=3.987654,51.05,100',
  'bbox=3.98,51,4,52',
  'limit=1',
  'after=2',
];

const QUERIES: readonly Door[] = [
  ...SEARCHES.flatMap((search) => doorsOf(`${API}/datastreams`, 'open', [`${API}/datastreams?${search}`])),
  ...['csv', 'geojson'].flatMap((format) =>
    doorsOf(`${API}/datastreams`, 'open', [`${API}/datastreams?format=${format}`], { shows: true }),
  ),
  ...doorsOf(`${API}/datastreams/:key`, 'open', [`${API}/datastreams/${PRIVATE_KEY}`], { shows: true }),
  ...doorsOf(`${API}/datastreams/:key`, 'open', [
    `${API}/datastreams/${SHARED_PRIVATE_KEY}?organisation=demo`,
    `${API}/datastreams/${PUBLIC_KEY}`,
    `${API}/datastreams/niemand.niets.luchttemperatuur.momentaan`,
  ]),
  ...['json', 'csv', 'parquet', 'arrow'].flatMap((format) => [
    ...doorsOf(`${API}/datastreams/:key/observations`, 'open', [
      `${API}/datastreams/${PRIVATE_KEY}/observations?${WIDE}&format=${format}`,
    ]),
    ...doorsOf(`${API}/datastreams/:key/observations`, 'open', [
      `${API}/datastreams/${PUBLIC_KEY}/observations?${WIDE}&format=${format}`,
    ]),
    ...doorsOf(`${API}/observations`, 'open', [
      `${API}/observations?theme=heat-stress&${WIDE}&format=${format}`,
      `${API}/observations?organisation=demo&${WIDE}&format=${format}`,
      `${API}/observations?property=air-temperature&${WIDE}&every=P1D&aggregate=min,max,count&format=${format}`,
    ]),
  ]),
  ...doorsOf(
    `${API}/observations`,
    'open',
    [
      `${API}/observations?theme=heat-stress&${WIDE}`,
      `${API}/observations?property=air-temperature&${WIDE}&every=P1D&aggregate=min`,
      `${API}/datastreams/${PRIVATE_KEY}/observations?${WIDE}&limit=none`,
    ],
    { shows: true },
  ),
  ...doorsOf(`${API}/observations`, 'open', [
    `${API}/observations?measuringPoint=kanarie-plein`,
    `${API}/observations?datastream=${PRIVATE_KEY}&datastream=${PUBLIC_KEY}&${WIDE}`,
    `${API}/observations?theme=heat-stress&${WIDE}&limit=1`,
    `${API}/observations?theme=heat-stress`,
    `${API}/observations?text=kanarie&${WIDE}`,
  ]),
  ...doorsOf('/openapi.json', 'open', ['/openapi.json']),
];

const SETS = ['Things', 'Locations', 'HistoricalLocations', 'Datastreams', 'Sensors', 'ObservedProperties'];
const FILTERED = [
  `Observations?$count=true&$filter=${encoded('result eq -38.6')}`,
  `Observations?$count=true&$filter=${encoded('result lt -30')}`,
  `Observations?$count=true&$filter=${encoded("Datastream/Thing/name eq 'Kanarieplein'")}`,
  `Observations?$count=true&$top=0&$filter=${encoded('phenomenonTime lt 2026-01-05T00:00:00Z')}`,
  `Observations?$count=true&$filter=${encoded(`phenomenonTime eq ${PRIVATE_TIMES.summer}`)}`,
  `Observations?$orderby=result%20asc&$top=1`,
  `Observations?$orderby=phenomenonTime%20desc&$skip=2&$count=true`,
  `Datastreams?$count=true&$filter=${encoded('Observations/result lt -30')}`,
  `Datastreams?$count=true&$filter=${encoded("startswith(Thing/name,'Kan')")}`,
  `Datastreams?$orderby=Observations/result%20asc`,
  `Things?$count=true&$filter=${encoded("Datastreams/ObservedProperty/name eq 'luchttemperatuur'")}`,
  `Things?$count=true&$filter=${encoded("startswith(name,'Kanarie')")}`,
  `Things?$expand=Locations,Datastreams($expand=Observations($top=1),Sensor,ObservedProperty)`,
  `ObservedProperties?$expand=Datastreams($expand=Thing,Observations($count=true))`,
  `Sensors?$expand=Datastreams&$count=true`,
  `Locations?$filter=${encoded("st_within(location,geography'POLYGON((3.98 51,4 51,4 52,3.98 52,3.98 51))')")}&$count=true`,
  `FeaturesOfInterest?$expand=Observations($count=true;$top=1)&$count=true`,
];
const PRIVATE_IDS = [3, 4];

const SENSORTHINGS: readonly Door[] = [
  ...doorsOf(STA, 'open', [STA]),
  ...SETS.map(
    (set): Door => ({
      route: `${STA}/*`,
      target: `${STA}/${set}?$count=true`,
      kind: 'open',
      shows: set !== 'ObservedProperties' && set !== 'HistoricalLocations',
    }),
  ),
  ...doorsOf(`${STA}/*`, 'open', [`${STA}/FeaturesOfInterest?$count=true`, `${STA}/Observations?$count=true`], {
    shows: true,
  }),
  ...doorsOf(
    `${STA}/*`,
    'open',
    FILTERED.map((target) => `${STA}/${target}`),
  ),
  ...PRIVATE_IDS.flatMap((id) =>
    doorsOf(`${STA}/*`, 'open', [
      `${STA}/Datastreams(${id})`,
      `${STA}/Datastreams(${id})/name/$value`,
      `${STA}/Datastreams(${id})/Observations?$count=true`,
      `${STA}/Datastreams(${id})/Thing`,
      `${STA}/Things(${id})`,
      `${STA}/Sensors(${id})`,
      `${STA}/Locations(${id})`,
      `${STA}/FeaturesOfInterest(${id})/Observations`,
      `${STA}/Observations('${id}${String(Date.parse(PRIVATE_TIMES.summer)).padStart(15, '0')}')`,
      `${STA}/Observations('${id}${String(Date.parse(PRIVATE_TIMES.winter)).padStart(15, '0')}')/Datastream`,
    ]),
  ),
];

const CATALOGUE_TYPES = [...RDF, 'application/rdf+xml'];
const OTHERS: readonly Door[] = [
  ...CATALOGUE_TYPES.flatMap((accept) => doorsOf('/catalogue', 'open', ['/catalogue'], { accept })),
  ...doorsOf('/catalogue/', 'open', ['/catalogue/']),
  ...['text/html', 'application/json', 'text/turtle'].flatMap((accept) => doorsOf('/', 'open', ['/'], { accept })),
  ...doorsOf('/healthz', 'open', ['/healthz']),
  ...doorsOf('/readyz', 'operator', ['/readyz']),
  ...doorsOf('/metrics', 'operator', ['/metrics']),
  // Nobody writes without the right to, whoever may read.
  ...doorsOf('/ldes/:organisation/:stream', 'closed', ['/ldes/demo/permits'], { method: 'POST' }),
  ...doorsOf('/*', 'open', ['/nothing', '/parquet/demo/2026-01.parquet', '/cold/demo/2026-01.parquet']),
  ...doorsOf('/*', 'open', ['/ldes/demo/heat-stress'], { method: 'OPTIONS' }),
  ...doorsOf('/*', 'open', ['/ldes/demo/heat-stress', '/api/v1/datastreams'], { method: 'DELETE' }),
];

/** Every door with the addresses that could give something away. */
export const DOORS: readonly Door[] = [...LDES, ...IRIS, ...QUERIES, ...SENSORTHINGS, ...OTHERS];
