import { z } from 'zod';
import type { PublishedNode, PublishedTerm } from './published-node.ts';
import type { NodeShape, PropertyShape, TypesShape, ValueShape } from './shape.ts';
import type { Iri } from './triple.ts';

/** A zod schema of what conforms to a shape: it refuses what the SHACL of the same shape refuses. */
export function publishedSchema(shape: NodeShape): z.ZodType<PublishedNode> {
  const { iriPattern, types, properties, conformsTo = [], oneOf = [] } = shape;
  const ownIri = iriPattern === undefined ? undefined : new RegExp(iriPattern);
  const wider = conformsTo.map(publishedSchema);
  const alternatives = oneOf.map(publishedSchema);
  const values = new Map(properties.map((property) => [property.path.value, valuesSchema(property)]));
  return z
    .custom<PublishedNode>((value) => isNode(value), 'a node')
    .superRefine((node, context) => {
      if (ownIri !== undefined && !(node.iri !== undefined && ownIri.test(node.iri))) {
        refuse(context, [], `not an IRI that matches ${ownIri.source}`);
      }
      for (const fault of typeFaults(types, node.types)) refuse(context, ['a'], fault);
      for (const { path, equals } of properties) {
        const found = node.values[path.value] ?? [];
        forward(context, [path.value], values.get(path.value)?.safeParse(found));
        if (equals !== undefined && !sameTerms(found, node.values[equals.value] ?? [])) {
          refuse(context, [path.value], `differs from ${equals.value}`);
        }
      }
      for (const schema of wider) forward(context, [], schema.safeParse(node));
      if (alternatives.length > 0 && !alternatives.some((schema) => schema.safeParse(node).success)) {
        refuse(context, [], `none of ${alternatives.length} alternatives`);
      }
    });
}

type Refinement = z.core.$RefinementCtx<PublishedNode>;

function refuse(context: Refinement, path: string[], message: string): void {
  context.addIssue({ code: 'custom', path, message, input: undefined });
}

function forward(context: Refinement, path: string[], result: z.ZodSafeParseResult<unknown> | undefined): void {
  if (result === undefined || result.success) return;
  for (const issue of result.error.issues) refuse(context, [...path, ...issue.path.map(String)], issue.message);
}

function isNode(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'node';
}

function typeFaults({ required, allowed }: TypesShape, found: readonly PublishedTerm[]): string[] {
  const names = found.map((term) => (term.kind === 'iri' ? term.value : undefined));
  const missing = required.filter(({ value }) => !names.includes(value)).map(({ value }) => `lacks ${value}`);
  if (allowed === undefined) return missing;
  const known = [...required, ...allowed].map(({ value }) => value);
  const strange = names.filter((name) => name === undefined || !known.includes(name));
  return [...missing, ...strange.map((name) => `has ${name ?? 'no IRI'} as its type`)];
}

function valuesSchema({ min, max, value }: PropertyShape): z.ZodType<readonly unknown[]> {
  const each = z.array(valueSchema(value)).min(min);
  return max === undefined ? each : each.max(max);
}

function valueSchema(value: ValueShape): z.ZodType {
  switch (value.kind) {
    case 'iri':
      return iriSchema(value.pattern, value.among);
    case 'literal':
      return z.object({
        kind: z.literal('literal'),
        value: z.string().regex(new RegExp(value.pattern)),
        datatype: z.object({ value: z.literal(value.datatype.value) }),
      });
    case 'node':
      return publishedSchema(value.shape).refine(({ iri }) => iri === undefined, 'not a blank node');
  }
}

function iriSchema(pattern: string | undefined, among: readonly Iri[] | undefined): z.ZodType {
  const text = pattern === undefined ? z.string() : z.string().regex(new RegExp(pattern));
  const known = among === undefined ? undefined : new Set(among.map(({ value }) => value));
  return z.object({
    kind: z.literal('iri'),
    value: known === undefined ? text : text.refine((value) => known.has(value), 'not among the known IRIs'),
  });
}

/** Whether two lists hold the same terms; what is no IRI or literal equals nothing. */
function sameTerms(left: readonly PublishedTerm[], right: readonly PublishedTerm[]): boolean {
  const keys = (terms: readonly PublishedTerm[]) =>
    terms.map((term) => (term.kind === 'node' ? undefined : JSON.stringify(term)));
  const [ours, theirs] = [keys(left), keys(right)];
  return ours.length === theirs.length && ours.every((key) => key !== undefined && theirs.includes(key));
}
