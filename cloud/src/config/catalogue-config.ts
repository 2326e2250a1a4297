import { HIGH_VALUE_CATEGORIES, LANGUAGES, PUBLISHER_TYPES } from '@meetbrug/protocols/dcat';
import { THEMES } from '@meetbrug/protocols/properties';
import { z } from 'zod';
import { SENSORS_STREAM } from '../log/entities.ts';

const text = (max: number, what: string) => z.string().min(1).max(max).describe(what);
const address = (what: string) =>
  z
    .url({ protocol: /^https?$/ })
    .max(300)
    .describe(what);

const publisherType = z.enum(PUBLISHER_TYPES).describe('What kind of body the publisher is.');

const contactSchema = z
  .strictObject({
    name: text(200, 'Name of the desk or the person.'),
    email: z.email().max(200).optional().describe('E-mail address.'),
    page: address('Page with a form or an address.').optional(),
  })
  .refine(({ email, page }) => email !== undefined || page !== undefined, 'needs an email or a page');

/** What the catalogue says of an organisation beside its label. */
export const organisationPublisherSchema = z.strictObject({
  iri: address('IRI of the organisation, such as its OVO code has; without it a fragment of the catalogue.').optional(),
  type: publisherType.optional(),
  contact: contactSchema.optional().describe("Whom to ask about its data; without it the catalogue's contact."),
});

const highValueSchema = z.strictObject({
  streams: z
    .array(z.enum([...THEMES, SENSORS_STREAM]))
    .min(1)
    .max(10)
    .describe('Streams, of each organisation and of all.'),
  categories: z.array(z.enum(HIGH_VALUE_CATEGORIES)).min(1).max(6).describe('Categories of regulation (EU) 2023/138.'),
});

/** The catalogue. Who publishes and whom to ask is for people to say: without it there is no catalogue. */
export const catalogueSchema = z.strictObject({
  title: text(200, 'Title in Dutch.').default('Metingen van sensoren'),
  description: text(2_000, 'What it holds, in Dutch.').default(
    'Waarnemingen van sensoren in de openbare ruimte, als event streams en als reeksen, met wat erbij hoort om ze te begrijpen.',
  ),
  publisher: z
    .strictObject({
      name: text(200, 'Name of the publisher.'),
      iri: address('IRI of the publisher; without it a fragment of the catalogue.').optional(),
      type: publisherType.optional(),
    })
    .optional()
    .describe('Who publishes the catalogue; without it the organisation, when there is only one.'),
  contact: contactSchema.optional().describe('Whom to ask about the data. There is no catalogue without it.'),
  licence: address('IRI of the licence of the catalogue, and of streams whose datastreams name none.').default(
    'https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0',
  ),
  rights: text(2_000, 'What people may do with the data, in Dutch.').default(
    'Vrij te lezen zonder aanmelding; de licentie die erbij staat zegt wat ermee mag.',
  ),
  languages: z
    .array(z.enum(LANGUAGES))
    .min(1)
    .max(LANGUAGES.length)
    .default(['nl'])
    .describe('Languages of the labels in the data and of the catalogue.'),
  highValue: z
    .array(highValueSchema)
    .max(100)
    .default([])
    .describe('Streams that are data of high value by law. None is until it is said here.'),
});

export type CatalogueConfig = z.infer<typeof catalogueSchema>;
