import { DATA_THEMES } from '@meetbrug/protocols/dcat';
import { nameSchema } from '@meetbrug/protocols/observation';
import { z } from 'zod';
import { streamKindOf } from '../log/log-table.ts';
import { isAbsoluteIri } from '../outside/term-text.ts';
import { bounded } from './listener-config.ts';

const predicate = z
  .string()
  .max(500)
  .refine((text) => /^https?:/.test(text) && isAbsoluteIri(text), 'must be an http or https IRI');

const outsideStreamSchema = z
  .strictObject({
    organisation: nameSchema.describe('Whose stream it is.'),
    name: nameSchema
      .refine(
        (name) => streamKindOf(name) === 'outside',
        'is a stream of sensors: a stream is fed by them or from outside',
      )
      .describe('Name in the URL, where members are also posted: /ldes/{organisation}/{name}. Never changes.'),
    title: z.string().min(1).max(200).describe('For people, in Dutch: the title of the feed.'),
    stampPredicate: predicate
      .default('http://www.w3.org/ns/prov#generatedAtTime')
      .describe(
        'Predicate under which the stamp of the commit is added to each member, by which the feed is ordered. A member that ' +
          'has it already is refused. Never changes once the stream is there.',
      ),
    versionOfPredicate: predicate
      .default('http://purl.org/dc/terms/isVersionOf')
      .describe('Predicate by which each member names the one thing that it is a version of. Never changes.'),
    timestampPredicate: predicate
      .optional()
      .describe(
        'Predicate under which each member must say one xsd:dateTime of its own; none without it. Never changes.',
      ),
    dataThemes: z
      .array(z.enum(DATA_THEMES))
      .min(1)
      .max(DATA_THEMES.length)
      .default(['REGI'])
      .describe(
        'What it is about, for the catalogue: codes of the European list of data themes; regions and cities by default.',
      ),
    shapesFile: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .describe(
        'Turtle file with SHACL shapes that each member must conform to, relative to this configuration file. Node shapes ' +
          'without a target are about every member.',
      ),
    memberBytesMax: bounded(256, 16_777_216, 1_048_576, 'Largest member, in bytes of its N-Triples.'),
    requestBytesMax: bounded(1_024, 67_108_864, 16_777_216, 'Largest body of one request; a larger one gets 413.'),
  })
  .superRefine(({ stampPredicate, versionOfPredicate, timestampPredicate }, context) => {
    const predicates = [stampPredicate, versionOfPredicate, timestampPredicate];
    if (new Set(predicates).size < predicates.length) {
      context.addIssue({
        code: 'custom',
        path: ['stampPredicate'],
        message: 'is another predicate of the stream as well',
      });
    }
  });

export const outsideSchema = z.array(outsideStreamSchema).max(1_000).default([]);

export type OutsideStreamConfig = z.output<typeof outsideStreamSchema>;

/** What is wrong with the streams from outside of a configuration as a whole. */
export function outsideFaults(
  outside: readonly OutsideStreamConfig[],
  organisations: ReadonlySet<string>,
): { readonly path: readonly (string | number)[]; readonly message: string }[] {
  const names = outside.map(({ organisation, name }) => `${organisation}/${name}`);
  return outside.flatMap(({ organisation }, index) => [
    ...(organisations.has(organisation)
      ? []
      : [{ path: [index, 'organisation'], message: `"${organisation}" is not among the organisations` }]),
    ...(names.indexOf(names[index] ?? '') < index
      ? [{ path: [index, 'name'], message: `"${names[index]}" is there twice` }]
      : []),
  ]);
}
