export { conceptSchemeTriples, conceptTriples } from './concept-triples.ts';
export { describedEntities } from './describe-entities.ts';
export { type DescribedEntity, describedEntitySchema, type EntityBody, entityBodySchema } from './described-entity.ts';
export { entityTriples, entityVersionIri } from './entity-triples.ts';
export { GAP_REASONS, type GapReason } from './gap-concepts.ts';
export { gapPath, gatewaySubject } from './gap-triples.ts';
export { CONTEXT_DOCUMENTS, CONTEXT_TERMS, type ContextTerm, JSON_LD_CONTEXT } from './json-ld-context.ts';
export type { EntityMember, Member, ObservationMember, OutsideMember } from './member.ts';
export { compileMemberTemplate, createMemberWriter, type MemberTemplate } from './member-template.ts';
export { observationTriples, observationVersionIri } from './observation-triples.ts';
export { type PublishedIris, publishedIris } from './published-iris.ts';
export { type PublishedNode, type PublishedTerm, readPublishedNode } from './published-node.ts';
export { type CheckPublishedObservation, createPublishedObservationCheck } from './published-observation.ts';
export { publishedSchema } from './published-schema.ts';
export { publishedShapes, SHAPE_NAMES, type ShapeName } from './published-shapes.ts';
export type { NodeShape } from './shape.ts';
export { shapeIri, shapeTriples } from './shape-triples.ts';
export * from './terms.ts';
export {
  type Blank,
  blank,
  type Iri,
  iri,
  type Literal,
  literal,
  type Term,
  type Triple,
  triplesOf,
} from './triple.ts';
export { usedContext } from './used-context.ts';
export {
  CONCEPT_SCHEMES,
  type Concept,
  type ConceptScheme,
  characteristicTypeIri,
  findConcept,
  findConceptScheme,
  type PropertyConcept,
  roadUserIri,
  themePath,
  vehicleTypeIri,
} from './vocabulary.ts';
