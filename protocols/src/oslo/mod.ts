export { describedEntities } from './describe-entities.ts';
export { type DescribedEntity, describedEntitySchema, type EntityBody, entityBodySchema } from './described-entity.ts';
export { entityTriples, entityVersionIri } from './entity-triples.ts';
export { CONTEXT_TERMS, type ContextTerm, JSON_LD_CONTEXT } from './json-ld-context.ts';
export type { EntityMember, Member, ObservationMember } from './member.ts';
export { compileMemberTemplate, createMemberWriter, type MemberTemplate } from './member-template.ts';
export { observationTriples, observationVersionIri } from './observation-triples.ts';
export { type PublishedIris, publishedIris } from './published-iris.ts';
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
