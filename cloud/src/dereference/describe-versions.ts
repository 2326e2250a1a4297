import {
  dct,
  type EntityMember,
  entityTriples,
  entityVersionIri,
  type Iri,
  iri,
  NAMESPACES,
  type ObservationMember,
  observationTriples,
  observationVersionIri,
  type PublishedIris,
  prov,
  rdf,
  sosa,
  type Triple,
  triplesOf,
} from '@meetbrug/protocols/oslo';

const hasVersion = iri(`${NAMESPACES.dct}hasVersion`);
const wasRevisionOf = iri(`${NAMESPACES.prov}wasRevisionOf`);

/** Labels of blank nodes hang on the ordinal of a member: the thing itself takes another than its version. */
const VERSION_ORDINAL = 0;
const THING_ORDINAL = 1;
/** What a version says of itself and not of the thing. */
const OF_THE_VERSION: readonly string[] = [dct.isVersionOf.value, prov.generatedAtTime.value];

/**
 * The document of an entity: what holds of it now, the newest version as it was published, and the IRIs of all.
 * @param versions numbers, newest first, the one of `newest` included
 */
export function describeEntity(iris: PublishedIris, newest: EntityMember, versions: readonly number[]): Triple[] {
  const thing = iri(iris.entity(newest.entity.path));
  const versionIri = (version: number) => entityVersionIri(iris, { ...newest, version });
  const ofThing = entityTriples(iris, { ...newest, ordinal: THING_ORDINAL });
  const subject = versionIri(newest.version).value;
  return [
    ...ofThing
      .filter((triple) => triple.subject.kind === 'blank' || !OF_THE_VERSION.includes(triple.predicate.value))
      .map((triple) => (isIri(triple.subject, subject) ? { ...triple, subject: thing } : triple)),
    ...linkVersions(thing, versions.map(versionIri)),
    ...entityTriples(iris, { ...newest, ordinal: VERSION_ORDINAL }),
  ];
}

/**
 * The document of an observation: its current version as it was published, and the IRIs of all.
 * @param revisions newest first, the one of `current` included
 */
export function describeObservation(
  iris: PublishedIris,
  current: ObservationMember,
  revisions: readonly number[],
): Triple[] {
  const thing = iri(iris.observation(current.description.datastream, current.beginMs));
  const versions = revisions.map((revision) => observationVersionIri(iris, { ...current, revision }));
  return [
    ...triplesOf(thing, [[rdf.type, sosa.Observation]]),
    ...linkVersions(thing, versions),
    ...observationTriples(iris, { ...current, ordinal: VERSION_ORDINAL }),
  ];
}

/** Of each version which it replaced; of the earlier ones, which say nothing else here, also whose they are. */
function linkVersions(thing: Iri, versions: readonly Iri[]): Triple[] {
  return [
    ...triplesOf(
      thing,
      versions.map((version) => [hasVersion, version]),
    ),
    ...versions.flatMap((version, index) => {
      const earlier = versions[index + 1];
      return triplesOf(version, [
        ...(index === 0 ? [] : ([[dct.isVersionOf, thing]] as const)),
        ...(earlier === undefined ? [] : ([[wasRevisionOf, earlier]] as const)),
      ]);
    }),
  ];
}

function isIri(subject: Triple['subject'], value: string): boolean {
  return subject.kind === 'iri' && subject.value === value;
}
