import { xsd } from '@meetbrug/protocols/oslo';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { FoundMember } from './find-members.ts';
import type { Statement } from './name-blank-nodes.ts';
import type { OutsideMemberRules } from './outside-terms.ts';
import type { RdfQuad, RdfTerm } from './rdf-quad.ts';
import { isAbsoluteIri, termText } from './term-text.ts';

export type MemberFaultCode = 'bad-term' | 'stamp-present' | 'no-version-of' | 'no-timestamp' | 'our-own' | 'too-large';

/** What a member that may be published says. */
export interface CheckedMember {
  readonly versionOf: string;
  /** Not in order; one may be there twice. */
  readonly statements: readonly Statement[];
  /** IRIs beside the member that something is said of. */
  readonly describes: readonly string[];
}

const DESCRIBES_MAX = 5;
/** With a zone or without; what is no day of the calendar is found by reading it. */
const DATE_TIME = /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/;
const TIME_TYPES: readonly string[] = [xsd.dateTime.value, xsd.dateTimeStamp.value];

/** Whether a member may be published; the detail of a fault is for the sender. */
export function checkMember(
  { iri, quads }: FoundMember,
  rules: OutsideMemberRules,
  publicBaseUrl: string,
): Result<CheckedMember, Fault<MemberFaultCode>> {
  const ownPlace = `${publicBaseUrl}/ldes/`;
  const others = new Set<string>();
  for (const { subject } of quads) {
    if (subject.termType === 'NamedNode' && subject.value !== iri) others.add(subject.value);
  }
  const ours = [iri, ...others].find((subject) => subject.startsWith(ownPlace));
  if (ours !== undefined) return fail('our-own', `${ours}: what is below ${ownPlace} only this cloud describes`);
  const statements = writeStatements(quads, rules.memberBytesMax);
  if (!statements.ok) return statements;
  const said = quads.filter(({ subject }) => subject.termType === 'NamedNode' && subject.value === iri);
  const versionOf = checkStatements(said, rules);
  if (!versionOf.ok) return versionOf;
  return ok({
    statements: statements.value,
    versionOf: versionOf.value,
    describes: [...others].slice(0, DESCRIBES_MAX),
  });
}

function writeStatements(
  quads: readonly RdfQuad[],
  bytesMax: number,
): Result<Statement[], Fault<'bad-term' | 'too-large'>> {
  const labels = new Map<string, string>();
  const labelOf = (given: string) => {
    const label = labels.get(given) ?? `b${labels.size}`;
    labels.set(given, label);
    return label;
  };
  const statements: Statement[] = [];
  let length = 0;
  for (const { subject, predicate, object } of quads) {
    // Before anything is copied: prefixes make texts that are far longer than their document.
    length += subject.value.length + predicate.value.length + object.value.length;
    if (length > bytesMax) return fail('too-large', `is larger than memberBytesMax, ${bytesMax} bytes`);
    const [s, p, o] = [subject, predicate, object].map((term) => termText(term, labelOf));
    const isSayable = subject.termType !== 'Literal' && predicate.termType === 'NamedNode';
    if (s === undefined || p === undefined || o === undefined || !isSayable) {
      return fail('bad-term', `says something that RDF 1.1 cannot: ${describeStatement(subject, predicate, object)}`);
    }
    statements.push([s, p, o]);
  }
  return ok(statements);
}

function describeStatement(...terms: readonly RdfTerm[]): string {
  return terms.map(({ value }) => JSON.stringify(value.slice(0, 100))).join(' ');
}

/** @param said of the member itself */
function checkStatements(
  said: readonly RdfQuad[],
  { stampPredicate, versionOfPredicate, timestampPredicate }: OutsideMemberRules,
): Result<string, Fault<MemberFaultCode>> {
  const objectsOf = (wanted: string) => distinct(said.filter(({ predicate }) => predicate.value === wanted));
  if (objectsOf(stampPredicate).length > 0) {
    return fail('stamp-present', `says <${stampPredicate}> already: that is what this stream adds when it publishes`);
  }
  const [versionOf, other] = objectsOf(versionOfPredicate);
  if (versionOf?.termType !== 'NamedNode' || other !== undefined || !isAbsoluteIri(versionOf.value)) {
    return fail('no-version-of', `must name one IRI by <${versionOfPredicate}>: what it is a version of`);
  }
  const times = timestampPredicate === undefined ? [] : objectsOf(timestampPredicate);
  if (timestampPredicate !== undefined && (times.length !== 1 || !times.every(isTime))) {
    return fail('no-timestamp', `must say one xsd:dateTime by <${timestampPredicate}>`);
  }
  return ok(versionOf.value);
}

function distinct(quads: readonly RdfQuad[]): RdfTerm[] {
  const byText = new Map(
    quads.map(({ object }) => [JSON.stringify([object.termType, object.value, object.datatype?.value]), object]),
  );
  return [...byText.values()];
}

function isTime({ termType, value, datatype }: RdfTerm): boolean {
  return (
    termType === 'Literal' &&
    TIME_TYPES.includes(datatype?.value ?? '') &&
    DATE_TIME.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}
