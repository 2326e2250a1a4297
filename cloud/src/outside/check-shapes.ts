import { MEDIA_TYPES } from '@meetbrug/protocols/ldes';
import { rdf, sh } from '@meetbrug/protocols/oslo';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { DataFactory, Parser, Store } from 'n3/lib/index.js';
import Validator from 'rdf-validate-shacl';
import { keyOf } from './find-members.ts';
import type { RdfQuad, RdfTerm } from './rdf-quad.ts';
import type { ShapeReport, ShapeResult } from './shape-report.ts';
import { termText } from './term-text.ts';

/** Judges the canonical content of a member; undefined when it conforms. */
export type CheckShapes = (body: Uint8Array) => Promise<ShapeReport | undefined>;

type Dataset = ConstructorParameters<typeof Validator>[0];
type ValidationResult = Awaited<ReturnType<Validator['validate']>>['results'][number];

const RESULTS_MAX = 20;
const SH = 'http://www.w3.org/ns/shacl#';
const TARGETS: readonly string[] = ['targetClass', 'targetNode', 'targetSubjectsOf', 'targetObjectsOf', 'target'].map(
  (name) => `${SH}${name}`,
);

/**
 * Shapes to hold members to. Node shapes that name no target, and that no other shape refers to, are about every member:
 * about each subject of `versionOf`.
 *
 * @param turtle the text of `shapesFile`
 */
export async function createShapeCheck(
  turtle: string,
  versionOf: string,
): Promise<Result<CheckShapes, Fault<'shapes-unusable'>>> {
  try {
    const shapes = new Parser({ format: MEDIA_TYPES.turtle }).parse(turtle);
    const targeted = [...shapes, ...targetsFor(shapes, versionOf)];
    const hasTarget = targeted.some(({ predicate }) => TARGETS.includes(predicate.value));
    if (!hasTarget) return fail('shapes-unusable', 'there is no sh:NodeShape in it');
    const validator = new Validator(new Store(targeted) as Dataset, { maxErrors: RESULTS_MAX });
    const check: CheckShapes = async (body) => {
      const member = new Parser({ format: MEDIA_TYPES.ntriples }).parse(new TextDecoder().decode(body));
      const { conforms, results } = await validator.validate(new Store(member) as Dataset);
      return conforms ? undefined : { conforms: false, results: results.map(toShapeResult) };
    };
    await check(new Uint8Array());
    return ok(check);
  } catch (error) {
    return fail('shapes-unusable', (error as Error).message.slice(0, 300));
  }
}

function targetsFor(shapes: readonly RdfQuad[], versionOf: string): RdfQuad[] {
  const pointedAt = new Set(shapes.map(({ object }) => keyOf(object)));
  const aimed = new Set(shapes.filter(({ predicate }) => TARGETS.includes(predicate.value)).map(subjectOf));
  const nodeShapes = shapes.filter(
    ({ predicate, object }) => predicate.value === rdf.type.value && object.value === sh.NodeShape.value,
  );
  return nodeShapes
    .filter((shape) => !pointedAt.has(subjectOf(shape)) && !aimed.has(subjectOf(shape)))
    .map(({ subject }) =>
      DataFactory.quad(subject, DataFactory.namedNode(sh.targetSubjectsOf.value), DataFactory.namedNode(versionOf)),
    );
}

function subjectOf({ subject }: RdfQuad): string {
  return keyOf(subject);
}

function toShapeResult(result: ValidationResult): ShapeResult {
  const text = (term: RdfTerm | null) => (term === null ? undefined : termText(term, (label) => label));
  const optional = (name: 'path' | 'value' | 'shape', term: RdfTerm | null) => {
    const said = text(term);
    return said === undefined ? {} : { [name]: said };
  };
  const message = result.message.map(({ value }) => value).join(' ');
  return {
    focusNode: text(result.focusNode) ?? '',
    ...optional('path', result.path),
    ...optional('value', result.value),
    ...(message === '' ? {} : { message: message.slice(0, 500) }),
    severity: text(result.severity) ?? '',
    constraint: text(result.sourceConstraintComponent) ?? '',
    ...optional('shape', result.sourceShape),
  };
}
