import type { Catalogue, CatalogueApi, CatalogueDataset, Contact, Publisher } from '@meetbrug/protocols/dcat';
import { ALL_ORGANISATIONS, BY_PAGE } from '@meetbrug/protocols/ldes';
import { THEMES } from '@meetbrug/protocols/properties';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { Access } from '../access/access.ts';
import type { CatalogueConfig } from '../config/catalogue-config.ts';
import type { CloudConfig } from '../config/cloud-config.ts';
import type { FeedSettings } from '../ldes/feed.ts';
import { streamKindOf } from '../log/log-table.ts';
import type { ServedView } from '../views/served-views.ts';

/** A catalogue before the store has said what is in its streams. */
export type PlannedDataset = Omit<CatalogueDataset, 'contents'>;
export type PlannedCatalogue = Omit<Catalogue, 'datasets'> & { readonly datasets: readonly PlannedDataset[] };

/** What a catalogue says of every stream, by configuration. */
export interface CatalogueSettings {
  readonly own: Omit<Catalogue, 'datasets'>;
  /** By the name of the organisation. */
  readonly organisations: ReadonlyMap<string, { readonly publisher: Publisher; readonly contact: Contact }>;
  readonly highValue: CatalogueConfig['highValue'];
}

/**
 * The settings of a catalogue, or which ones nobody has said: a publisher and somebody to ask are not ours to make up.
 * @param apis the interfaces that this cloud serves
 */
export function resolveCatalogue(
  { catalogue, organisations }: Pick<CloudConfig, 'catalogue' | 'organisations'>,
  publicBaseUrl: string,
  apis: readonly CatalogueApi[],
): Result<CatalogueSettings, Fault<'catalogue-incomplete'>> {
  const { contact, highValue, publisher: named, ...texts } = catalogue;
  const [first, second] = organisations;
  const only = second === undefined ? first : undefined;
  const publisher = named ?? (only && publisherOf(only));
  const missing = [
    ...(publisher === undefined ? ['catalogue.publisher'] : []),
    ...(contact === undefined ? ['catalogue.contact'] : []),
  ];
  if (publisher === undefined || contact === undefined) {
    return fail('catalogue-incomplete', `there is no catalogue until the configuration says ${missing.join(' and ')}`);
  }
  const own = { ...texts, publicBaseUrl, publisher: said(publisher), contact: said(contact), apis };
  return ok({
    own,
    highValue,
    organisations: new Map(
      organisations.map((organisation) => [
        organisation.name,
        { publisher: publisherOf(organisation), contact: contactOf(organisation) ?? own.contact },
      ]),
    ),
  });
}

type Organisation = CloudConfig['organisations'][number];

function publisherOf({ name, label, publisher: { contact: _contact, ...details } }: Organisation): Publisher {
  return { organisation: name, name: label, ...said(details) };
}

function contactOf({ name, publisher: { contact } }: Organisation): Contact | undefined {
  return contact && { organisation: name, ...said(contact) };
}

/** What was not said is absent, not undefined. */
function said<T extends object>(fields: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}

/** The data sets of all streams that are served now, in the order of the configuration. */
export function planCatalogue(
  { own, organisations, highValue }: CatalogueSettings,
  feeds: Iterable<FeedSettings>,
  served: readonly ServedView[],
  isPrivate: Access['isPrivate'],
): PlannedCatalogue {
  const viewsOf = Map.groupBy(served, ({ organisation, stream }) => `${organisation}/${stream}`);
  const datasets = [...feeds].flatMap(({ organisation, stream, title, dataThemes }): PlannedDataset[] => {
    const views = viewsOf.get(`${organisation}/${stream}`);
    if (views === undefined) return [];
    const theme = THEMES.find((name) => name === stream);
    const who = organisation === ALL_ORGANISATIONS ? own : (organisations.get(organisation) ?? own);
    return [
      {
        organisation,
        stream,
        kind: streamKindOf(stream),
        ...(theme && { theme }),
        ...(dataThemes && { dataThemes }),
        title,
        publisher: who.publisher,
        contact: who.contact,
        views: byPageFirst(views),
        closed: views.some(({ closed }) => closed),
        access: isPrivate(organisation, stream) ? 'restricted' : 'public',
        highValue: categoriesOf(highValue, stream),
      },
    ];
  });
  return { ...own, datasets };
}

function byPageFirst(views: readonly ServedView[]) {
  const definitions = views.map(({ definition }) => definition);
  const [first, others] = [true, false].map((isFirst) =>
    definitions.filter(({ kind }) => (kind === BY_PAGE) === isFirst),
  );
  return [...(first ?? []), ...(others ?? [])];
}

function categoriesOf(highValue: CatalogueSettings['highValue'], stream: string) {
  const named = highValue.filter(({ streams }) => streams.some((name) => name === stream));
  return [...new Set(named.flatMap(({ categories }) => categories))];
}
