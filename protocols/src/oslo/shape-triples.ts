import type { NodeShape, PropertyShape, TypesShape, ValueShape } from './shape.ts';
import { dutch, english, integer, rdf, sh, string } from './terms.ts';
import { type Blank, blank, type Iri, iri, type Term, type Triple } from './triple.ts';

type Statement = readonly [Iri, Term];

/**
 * A published shape as SHACL, with the published shapes that it refers to, so that one document is enough to validate.
 * Throws for a shape without a name: it has no IRI.
 */
export function shapeTriples(publicBaseUrl: string, shape: NodeShape): Triple[] {
  const document = createShapeDocument(publicBaseUrl);
  document.publish(shape);
  return document.triples;
}

export function shapeIri(publicBaseUrl: string, name: string): Iri {
  return iri(`${publicBaseUrl}/id/shape/${name}`);
}

function createShapeDocument(publicBaseUrl: string) {
  const triples: Triple[] = [];
  const published = new Set<string>();
  let blankCount = 0;

  function say(subject: Iri | Blank, statements: readonly Statement[]): void {
    for (const [predicate, object] of statements) triples.push({ subject, predicate, object });
  }
  function describe(statements: () => readonly Statement[]): Blank {
    blankCount += 1;
    const subject = blank(`n${blankCount}`);
    say(subject, statements());
    return subject;
  }
  /** An RDF collection; SHACL wants one for alternatives and enumerations. */
  function collection([first, ...rest]: readonly (() => Term)[]): Term {
    if (first === undefined) return rdf.nil;
    return describe(() => [
      [rdf.first, first()],
      [rdf.rest, collection(rest)],
    ]);
  }

  function publish(shape: NodeShape): Iri {
    const { name, label, targets } = shape;
    if (name === undefined) throw new Error('a published shape has a name');
    const subject = shapeIri(publicBaseUrl, name);
    if (published.has(name)) return subject;
    published.add(name);
    for (const wider of shape.conformsTo ?? []) reference(wider);
    say(subject, [
      [rdf.type, sh.NodeShape],
      ...(label === undefined
        ? []
        : ([
            [sh.name, dutch(label.nl)],
            [sh.name, english(label.en)],
          ] as const)),
      ...(targets?.classes ?? []).map((target): Statement => [sh.targetClass, target]),
      ...(targets?.subjectsOf ?? []).map((target): Statement => [sh.targetSubjectsOf, target]),
      ...nodeStatements(shape),
    ]);
    return subject;
  }
  /** The node of a shape: the IRI of one that is published, a blank node of any other. */
  function reference(shape: NodeShape): Iri | Blank {
    if (shape.name !== undefined) return publish(shape);
    return describe(() => [[rdf.type, sh.NodeShape], ...nodeStatements(shape)]);
  }

  function nodeStatements({ iriPattern, types, properties, conformsTo = [], oneOf = [] }: NodeShape): Statement[] {
    return [
      ...(iriPattern === undefined
        ? []
        : ([
            [sh.nodeKind, sh.IRI],
            [sh.pattern, string(iriPattern)],
          ] as const)),
      ...conformsTo.map((wider): Statement => [sh.node, reference(wider)]),
      ...typeStatements(types),
      ...properties.map((property): Statement => [sh.property, describe(() => propertyStatements(property))]),
      ...(oneOf.length === 0
        ? []
        : ([[sh.or, collection(oneOf.map((alternative) => () => reference(alternative)))]] as const)),
    ];
  }
  function typeStatements({ required, allowed }: TypesShape): Statement[] {
    const each = required.map((type): Statement => {
      const statements: Statement[] = [
        [sh.path, rdf.type],
        [sh.hasValue, type],
      ];
      return [sh.property, describe(() => statements)];
    });
    if (allowed === undefined) return each;
    const all = [...required, ...allowed];
    return [
      ...each,
      [
        sh.property,
        describe(() => [
          [sh.path, rdf.type],
          [sh.in, collection(all.map((type) => () => type))],
        ]),
      ],
    ];
  }
  function propertyStatements({ path, min, max, value, equals }: PropertyShape): Statement[] {
    return [
      [sh.path, path],
      ...(min === 0 ? [] : ([[sh.minCount, integer(min)]] as const)),
      ...(max === undefined ? [] : ([[sh.maxCount, integer(max)]] as const)),
      ...(max === 0 ? [] : valueStatements(value)),
      ...(equals === undefined ? [] : ([[sh.equals, equals]] as const)),
    ];
  }
  function valueStatements(value: ValueShape): Statement[] {
    switch (value.kind) {
      case 'iri':
        return [
          [sh.nodeKind, sh.IRI],
          ...patternStatements(value.pattern),
          ...amongStatements(value.among),
          ...(value.shape === undefined ? [] : ([[sh.node, reference(value.shape)]] as const)),
        ];
      case 'literal':
        return [[sh.datatype, value.datatype], ...patternStatements(value.pattern)];
      case 'node':
        return [
          [sh.nodeKind, sh.BlankNode],
          [sh.node, reference(value.shape)],
        ];
    }
  }
  function patternStatements(pattern: string | undefined): Statement[] {
    return pattern === undefined ? [] : [[sh.pattern, string(pattern)]];
  }
  function amongStatements(iris: readonly Iri[] | undefined): Statement[] {
    return iris === undefined ? [] : [[sh.in, collection(iris.map((each) => () => each))]];
  }

  return { publish, triples };
}
