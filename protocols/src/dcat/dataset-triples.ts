import { ALL_ORGANISATIONS } from '../ldes/view-definition.ts';
import { formatInstant } from '../observation/instant.ts';
import { dateTime, dutch, english, ldes, rdf } from '../oslo/terms.ts';
import { type Iri, iri, type Triple, triplesOf } from '../oslo/triple.ts';
import { OBSERVED_PROPERTIES, THEME_CONCEPTS } from '../properties/mod.ts';
import {
  DCAT_AP_VL,
  DOCUMENT_KINDS,
  dataTheme,
  languageIri,
  SENSORS_THEMES,
  STREAM_SPECIFICATIONS,
  THEME_CODES,
  UPDATES,
} from './authorities.ts';
import type { Catalogue, CatalogueApi, CatalogueDataset } from './catalogue.ts';
import type { CatalogueIris } from './catalogue-iris.ts';
import { dcat, dct, foaf } from './catalogue-terms.ts';
import { coverage } from './coverage-triples.ts';
import {
  highValueStatements,
  identifier,
  legislationStatements,
  licenceStatements,
  resourceStatements,
  rightsOf,
  type Statement,
} from './resource-statements.ts';

const ABOUT_SENSORS =
  'Waar er gemeten wordt, waarmee, hoe en door wie: meetpunten, sensoren, procedures en datastromen met al hun versies.';
const HOW_IT_IS_SAID =
  'Als Linked Data Event Stream: elke waarneming is een versie die nooit verandert, met haar eenheid, tijden en kwaliteit volgens OSLO en SOSA.';
const FROM_OUTSIDE =
  'Gegevens zoals een ander systeem ze publiceert, als Linked Data Event Stream: elk lid is een versie die nooit verandert, met het tijdstip waarop ze hier gepubliceerd werd.';

/** @param label of blank nodes, unique in the document */
export function datasetTriples(
  iris: CatalogueIris,
  catalogue: Catalogue,
  dataset: CatalogueDataset,
  label: string,
): Triple[] {
  const subject = iris.stream(dataset);
  const { statements, nodes } = coverage(label, dataset.contents);
  const { issuedMs, modifiedMs } = dataset.contents;
  const distributions = distributionsOf(iris, catalogue, dataset);
  return [
    ...triplesOf(subject, [
      [rdf.type, ldes.EventStream],
      [rdf.type, dcat.Dataset],
      [dct.type, ldes.EventStream],
      identifier(subject),
      [dct.title, dutch(dataset.title)],
      [dct.description, dutch(describe(dataset))],
      ...resourceStatements(iris, 'dataset', dataset),
      ...catalogue.languages.map((language): Statement => [dct.language, languageIri(language)]),
      [dct.accrualPeriodicity, dataset.closed ? UPDATES.closed : UPDATES.open],
      ...date(dct.issued, issuedMs),
      ...date(dct.modified, modifiedMs),
      ...statements,
      ...subjectStatements(iris, dataset),
      ...STREAM_SPECIFICATIONS.map((specification): Statement => [dct.conformsTo, specification]),
      [dct.conformsTo, dataset.kind === 'outside' ? iris.streamShape(dataset) : iris.shape(dataset.stream)],
      ...highValueStatements(dataset.highValue),
      ...distributions.map(([distribution]): Statement => [dcat.distribution, distribution]),
    ]),
    ...nodes,
    ...distributions.flatMap(([distribution, said]) => triplesOf(distribution, said)),
    ...recordTriples(iris, dataset),
  ];
}

function describe({ kind, theme }: CatalogueDataset): string {
  if (kind === 'outside') return FROM_OUTSIDE;
  return `${theme === undefined ? ABOUT_SENSORS : THEME_CONCEPTS[theme].definition.nl} ${HOW_IT_IS_SAID}`;
}

function date(property: Iri, ms: number | undefined): Statement[] {
  return ms === undefined ? [] : [[property, dateTime(formatInstant(ms))]];
}

/** What it is about: the portal's themes, ours, and in words what is measured now. */
function subjectStatements(iris: CatalogueIris, { theme, dataThemes, contents }: CatalogueDataset): Statement[] {
  const labels = [
    ...(theme === undefined ? [] : [THEME_CONCEPTS[theme].label]),
    ...contents.properties.map((key) => OBSERVED_PROPERTIES[key].label),
  ];
  const words = [...new Set(labels.map(({ nl }) => nl))].map(dutch);
  const translations = [...new Set(labels.map(({ en }) => en))].map(english);
  return [
    ...(dataThemes?.map(dataTheme) ?? (theme === undefined ? SENSORS_THEMES : THEME_CODES[theme])).map(
      (code): Statement => [dcat.theme, code],
    ),
    ...(theme === undefined ? [] : ([[dct.subject, iris.theme(theme)]] as const)),
    ...[...words, ...translations].map((word): Statement => [dcat.keyword, word]),
  ];
}

type Distribution = readonly [Iri, readonly Statement[]];

function distributionsOf(iris: CatalogueIris, catalogue: Catalogue, dataset: CatalogueDataset): Distribution[] {
  const common = [
    ...licenceStatements(catalogue, dataset.contents.licences),
    [dct.rights, rightsOf(iris, dataset)],
    ...legislationStatements(dataset.highValue),
  ] as const;
  const [everything] = dataset.views;
  const stream = iris.distribution(dataset, 'ldes');
  const ofStream: Distribution[] =
    everything === undefined
      ? []
      : [
          [
            stream,
            [
              [rdf.type, dcat.Distribution],
              identifier(stream),
              [dct.title, dutch(`${dataset.title} (event stream)`)],
              ...accessAt(iris.root(dataset, everything.name)),
              [dcat.accessService, iris.view(dataset, everything.name)],
              ...kindOf('turtle'),
              ...STREAM_SPECIFICATIONS.map((specification): Statement => [dct.conformsTo, specification]),
              ...common,
            ],
          ],
        ];
  const ofApis = catalogue.apis.flatMap((api): Distribution[] => {
    const path = pathOf(api, dataset);
    if (path === undefined) return [];
    const distribution = iris.distribution(dataset, api.name);
    return [
      [
        distribution,
        [
          [rdf.type, dcat.Distribution],
          identifier(distribution),
          [dct.title, dutch(`${dataset.title} (JSON)`)],
          ...accessAt(iris.below(path)),
          [dcat.accessService, iris.api(api.name)],
          ...kindOf('json'),
          ...api.conformsTo.map((standard): Statement => [dct.conformsTo, iri(standard)]),
          ...common,
        ],
      ],
    ];
  });
  return [...ofStream, ...ofApis];
}

/** The official shapes ask for a download of every distribution, for they take each for a thumbnail as well. */
function accessAt(document: Iri): Statement[] {
  return [
    [dcat.accessURL, document],
    [dcat.downloadURL, document],
  ];
}

function kindOf(kind: keyof typeof DOCUMENT_KINDS): Statement[] {
  const { mediaType, format } = DOCUMENT_KINDS[kind];
  return [
    [dcat.mediaType, mediaType],
    [dct.format, format],
  ];
}

/** A stream of all organisations is no part of an interface: its observations are those of the others. */
function pathOf({ datasetPath }: CatalogueApi, { organisation, theme }: CatalogueDataset): string | undefined {
  if (theme === undefined || organisation === ALL_ORGANISATIONS) return undefined;
  return datasetPath?.replace('{organisation}', organisation).replace('{theme}', theme);
}

/** A record changes with the stream it is about. One that nothing was published in has no date, and so no record. */
function recordTriples(iris: CatalogueIris, dataset: CatalogueDataset): Triple[] {
  const { modifiedMs } = dataset.contents;
  if (modifiedMs === undefined) return [];
  const subject = iris.record(dataset);
  return triplesOf(subject, [
    [rdf.type, dcat.CatalogRecord],
    identifier(subject),
    ...date(dct.modified, modifiedMs),
    [dct.conformsTo, DCAT_AP_VL],
    [foaf.primaryTopic, iris.stream(dataset)],
  ]);
}
