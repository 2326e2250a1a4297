import { writeVocabulary } from '@meetbrug/protocols/ldes';
import {
  blank,
  boolean,
  type Iri,
  iri,
  rdf,
  string,
  type Term,
  type Triple,
  triplesOf,
} from '@meetbrug/protocols/oslo';
import { Parser } from 'n3/lib/index.js';
import type { MemberAnswer } from './answer-members.ts';
import { toTerm } from './outside-member.ts';
import type { ShapeResult } from './shape-report.ts';
import { isAbsoluteIri } from './term-text.ts';

type Statement = readonly [Iri, Term];

const sh = (name: string) => iri(`http://www.w3.org/ns/shacl#${name}`);

/**
 * The answer as one SHACL validation report: what the shapes found against members, and of members that were refused or in
 * conflict for another reason that reason as the message of a result. Members that were taken are not in it.
 *
 * @param name IRI of the report
 */
export function reportAsTurtle(name: string, answers: readonly MemberAnswer[]): string {
  const results = answers.flatMap(statementsOf);
  const nodes = results.map((_, index) => blank(`v${index}`));
  return writeVocabulary('turtle', [
    ...triplesOf(iri(name), [
      [rdf.type, sh('ValidationReport')],
      [sh('conforms'), boolean(results.length === 0)],
      ...nodes.map((node): Statement => [sh('result'), node]),
    ]),
    ...nodes.flatMap((node, index): Triple[] => triplesOf(node, results[index] ?? [])),
  ]);
}

function statementsOf({ member, result, detail, report }: MemberAnswer): Statement[][] {
  if (result === 'created' || result === 'known') return [];
  if (report !== undefined) return report.results.map(shapeStatements);
  return [
    [
      [rdf.type, sh('ValidationResult')],
      ...(isAbsoluteIri(member) ? [[sh('focusNode'), iri(member)] as const] : []),
      [sh('resultSeverity'), sh('Violation')],
      [sh('resultMessage'), string(detail ?? result)],
    ],
  ];
}

function shapeStatements({ focusNode, path, value, message, severity, constraint, shape }: ShapeResult): Statement[] {
  const said: readonly (readonly [string, string | undefined])[] = [
    ['focusNode', focusNode],
    ['resultPath', path],
    ['value', value],
    ['resultSeverity', severity],
    ['sourceConstraintComponent', constraint],
    ['sourceShape', shape],
  ];
  return [
    [rdf.type, sh('ValidationResult')],
    ...said.flatMap(([property, text]): Statement[] => {
      const term = text === undefined ? undefined : readTerm(text);
      return term === undefined ? [] : [[sh(property), term]];
    }),
    ...(message === undefined ? [] : [[sh('resultMessage'), string(message)] as const]),
  ];
}

/** A blank node has no name outside its document, so nothing is said of it. */
function readTerm(text: string): Term | undefined {
  if (text === '' || text.startsWith('_:')) return undefined;
  const [quad] = new Parser({ format: 'application/n-triples' }).parse(`<x:s> <x:p> ${text} .`);
  return quad && toTerm(quad.object);
}
