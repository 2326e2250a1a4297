import type { StreamKind, ViewDefinition } from '../ldes/view-definition.ts';
import type { PropertyKey, Theme } from '../properties/mod.ts';
import type { DataTheme, HighValueCategory, Language, PublisherType } from './authorities.ts';

/** What a catalogue says, apart from how it is written. Texts are Dutch; times are epoch milliseconds. */
export interface Catalogue {
  /** Scheme, host, optional path prefix; no trailing slash. */
  readonly publicBaseUrl: string;
  readonly title: string;
  readonly description: string;
  readonly publisher: Publisher;
  readonly contact: Contact;
  /** IRI of the licence of the catalogue, and of what names none of its own. */
  readonly licence: string;
  /** What people may do with the data, in words. */
  readonly rights: string;
  /** Of the data and of what is said about it. */
  readonly languages: readonly Language[];
  readonly datasets: readonly CatalogueDataset[];
  /** Interfaces other than the event streams: those that are there, no others. */
  readonly apis: readonly CatalogueApi[];
}

export interface Publisher {
  /** The organisation that it is in the configuration; absent for the one of the catalogue. */
  readonly organisation?: string;
  readonly name: string;
  /** Absent: a fragment of the catalogue. */
  readonly iri?: string;
  readonly type?: PublisherType;
}

/** Has an e-mail address, a page or both. */
export interface Contact {
  readonly organisation?: string;
  readonly name: string;
  readonly email?: string;
  readonly page?: string;
}

/** One event stream. */
export interface CatalogueDataset {
  readonly organisation: string;
  /** Name in the URL. */
  readonly stream: string;
  readonly kind: StreamKind;
  /** Absent for what describes sensors and places, and for what comes from outside. */
  readonly theme?: Theme;
  /** Of what comes from outside: what it is about. */
  readonly dataThemes?: readonly DataTheme[];
  readonly title: string;
  readonly publisher: Publisher;
  readonly contact: Contact;
  /** `by-page` first. */
  readonly views: readonly ViewDefinition[];
  readonly closed: boolean;
  /** Who may read it: everybody, or whoever was given credentials by its contact. */
  readonly access: DatasetAccess;
  readonly highValue: readonly HighValueCategory[];
  readonly contents: DatasetContents;
}

export type DatasetAccess = 'public' | 'restricted';

/** What is known of the data in a stream; nothing is said of what is absent. */
export interface DatasetContents {
  /** Stamps of the first and of the last commit. */
  readonly issuedMs?: number;
  readonly modifiedMs?: number;
  /** Phenomenon times that are covered for certain; there may be data from before. */
  readonly period?: { readonly fromMs: number; readonly untilMs: number };
  readonly box?: BoundingBox;
  readonly properties: readonly PropertyKey[];
  /** IRIs of the licences that the datastreams name. */
  readonly licences: readonly string[];
}

/** Degrees, CRS84. */
export interface BoundingBox {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** An interface to the observations of all streams. */
export interface CatalogueApi {
  /** Names its IRI; never changes. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Below the public base URL, with a leading slash. */
  readonly endpointPath: string;
  readonly descriptionPath: string;
  /** IRIs of the standards that it follows. */
  readonly conformsTo: readonly string[];
  /** Where it gives one stream's part as JSON; `{organisation}` and `{theme}` stand for those of the stream. */
  readonly datasetPath?: string;
}
