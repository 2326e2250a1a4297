import { formatInstant } from '../observation/instant.ts';
import { organisationIris } from '../observation/iris.ts';
import {
  dateTime,
  dcat,
  dct,
  duration,
  dutch,
  integer,
  LDES_SPECIFICATION,
  ldes,
  prov,
  rdf,
  schema,
  sh,
  sosa,
  tree,
  xsd,
} from '../oslo/terms.ts';
import { blank, type Iri, iri, type Term, type Triple, triplesOf } from '../oslo/triple.ts';
import type { PageDocument, StreamInfo, ViewInfo } from './page-document.ts';
import { BY_PAGE, type RetentionPolicy } from './view-definition.ts';

export function streamIri(
  publicBaseUrl: string,
  { organisation, name }: Pick<StreamInfo, 'organisation' | 'name'>,
): Iri {
  return iri(organisationIris(publicBaseUrl, organisation).stream(name));
}

/** The IRI of a node, which is also the only URL that it answers at. The root of a view has an empty path. */
export function nodeIri(
  publicBaseUrl: string,
  { stream, view, path }: Pick<PageDocument, 'stream' | 'view' | 'path'>,
): Iri {
  const root = `${streamIri(publicBaseUrl, stream).value}/${view.definition.name}`;
  return iri(path === '' ? root : `${root}/${path}`);
}

interface StreamPaths {
  readonly timestamp: Iri;
  readonly versionOf: Iri;
  /** Undefined where members have no time of their own. */
  readonly versionTimestamp: Iri | undefined;
}

/** The predicates that order the members of a stream. */
export function streamPaths({ kind, terms }: Pick<StreamInfo, 'kind' | 'terms'>): StreamPaths {
  if (terms === undefined) {
    const versionTimestamp = kind === 'observations' ? sosa.resultTime : undefined;
    return { timestamp: prov.generatedAtTime, versionOf: dct.isVersionOf, versionTimestamp };
  }
  return {
    timestamp: iri(terms.timestampPath),
    versionOf: iri(terms.versionOfPath),
    versionTimestamp: terms.versionTimestampPath === undefined ? undefined : iri(terms.versionTimestampPath),
  };
}

type Statement = readonly [Iri, Term];

/** What a reader must know of a stream before its first page: how it is ordered and versioned, its shape and its view. */
export function streamContextTriples(
  publicBaseUrl: string,
  { stream, view }: Pick<PageDocument, 'stream' | 'view'>,
): Triple[] {
  const subject = streamIri(publicBaseUrl, stream);
  const paths = streamPaths(stream);
  const shape = iri(`${subject.value}#shape`);
  const root = nodeIri(publicBaseUrl, { stream, view, path: '' });
  return [
    ...triplesOf(subject, [
      [rdf.type, ldes.EventStream],
      [rdf.type, dcat.Dataset],
      [dct.title, dutch(stream.title)],
      ...when(stream.licence, (licence) => [dct.license, iri(licence)]),
      [ldes.timestampPath, paths.timestamp],
      ...when(stream.sequenced || undefined, () => [ldes.sequencePath, schema.position]),
      [ldes.versionOfPath, paths.versionOf],
      ...when(paths.versionTimestamp, (path) => [ldes.versionTimestampPath, path]),
      ...when(stream.closed ? undefined : stream.pollingIntervalSeconds, (seconds) => [
        ldes.pollingInterval,
        integer(seconds),
      ]),
      [tree.shape, shape],
      [tree.view, root],
    ]),
    ...shapeTriples(shape, stream),
    ...viewDescriptionTriples(subject, root, view),
  ];
}

function when<Value>(value: Value | undefined, statement: (value: Value) => Statement): Statement[] {
  return value === undefined ? [] : [statement(value)];
}

/**
 * Only what every member has: ldes-client fetches a member that lacks a required path from its own IRI, and drops it. Not
 * every member says its position, because the first ones were published without.
 */
function shapeTriples(shape: Iri, stream: StreamInfo): Triple[] {
  const { timestamp, versionOf, versionTimestamp } = streamPaths(stream);
  const exactlyOne: Statement[] = [
    [sh.minCount, integer(1)],
    [sh.maxCount, integer(1)],
  ];
  const properties: { readonly label: string; readonly path: Iri; readonly says: readonly Statement[] }[] = [
    { label: 'sg', path: timestamp, says: [...exactlyOne, [sh.datatype, xsd.dateTime]] },
    { label: 'sv', path: versionOf, says: [...exactlyOne, [sh.nodeKind, sh.IRI]] },
    ...(versionTimestamp === undefined
      ? []
      : [{ label: 'sr', path: versionTimestamp, says: [...exactlyOne, [sh.datatype, xsd.dateTime] as const] }]),
    ...(stream.sequenced
      ? [
          {
            label: 'sp',
            path: schema.position,
            says: [[sh.maxCount, integer(1)] as const, [sh.datatype, xsd.integer] as const],
          },
        ]
      : []),
  ];
  return [
    ...triplesOf(shape, [
      [rdf.type, sh.NodeShape],
      ...properties.map(({ label }): Statement => [sh.property, blank(label)]),
    ]),
    ...properties.flatMap(({ label, path, says }) => triplesOf(blank(label), [[sh.path, path], ...says])),
  ];
}

/**
 * `by-page` is the view that all others are made from, and so the one to replicate a stream by. `latest` promises to keep
 * nothing, which is a policy without properties: its newest of a datastream is no newest version of an observation.
 */
function viewDescriptionTriples(stream: Iri, root: Iri, { definition, retention = {} }: ViewInfo): Triple[] {
  const description = iri(`${root.value}#description`);
  const policy = blank('vr');
  const promises = definition.kind === 'latest' ? KEEPS_NOTHING : retentionStatements(retention);
  return [
    ...triplesOf(root, [[tree.viewDescription, description]]),
    ...triplesOf(description, [
      ...when(definition.kind === BY_PAGE || undefined, () => [rdf.type, ldes.EventSource]),
      [rdf.type, dcat.DataService],
      [dcat.endpointURL, root],
      [dcat.servesDataset, stream],
      [dct.conformsTo, LDES_SPECIFICATION],
      ...when(promises.length > 0 || undefined, () => [ldes.retentionPolicy, policy]),
    ]),
    ...triplesOf(policy, promises),
  ];
}

const KEEPS_NOTHING: readonly Statement[] = [[rdf.type, ldes.RetentionPolicy]];

/** Retention in the terms of LDES 1.0 and in those of older readers, in one policy. */
function retentionStatements({ days, versions, startMs }: RetentionPolicy): Statement[] {
  const kept = days === undefined ? undefined : duration(`P${days}D`);
  const start = startMs === undefined ? undefined : dateTime(formatInstant(startMs));
  return [
    ...when(kept, () => [rdf.type, ldes.DurationAgoPolicy]),
    ...when(kept, (age) => [tree.value, age]),
    ...when(kept, (age) => [ldes.fullLogDuration, age]),
    ...when(versions, () => [rdf.type, ldes.LatestVersionSubset]),
    ...when(versions, (amount) => [ldes.amount, integer(amount)]),
    ...when(versions, (amount) => [ldes.versionAmount, integer(amount)]),
    ...when(start, () => [rdf.type, ldes.PointInTimePolicy]),
    ...when(start, (instant) => [ldes.pointInTime, instant]),
    ...when(start, (instant) => [ldes.startingFrom, instant]),
  ];
}
