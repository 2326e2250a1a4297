/**
 * Which renderer a member is published with, stored with it. A renderer's bytes never change: what it comes to say later,
 * or because of a setting, is a version of its own, so that pages that are there stay as they are.
 */
export const RENDER_VERSIONS = {
  /** Of the first program: quality flags were kept and not published. Nothing is written with 1 to 3 any more. */
  withoutFlags: 1,
  unpositioned: 2,
  unpositionedIsoOverlay: 3,
  /** With the member's position in its stream. */
  plain: 4,
  /** With the triples of ISO 19156 beside those of SOSA. */
  isoOverlay: 5,
} as const;
export type RenderVersion = (typeof RENDER_VERSIONS)[keyof typeof RENDER_VERSIONS];

/** The same for entities: their stored body is published as it is, from 2 on with the position. */
export const ENTITY_RENDER_VERSIONS = { unpositioned: 1, plain: 2 } as const;
export const ENTITY_RENDER_VERSION = ENTITY_RENDER_VERSIONS.plain;

/** What a stored version says beside the flags, which only {@link RENDER_VERSIONS.withoutFlags} left out. */
export function renderTraits(version: number): { readonly isPositioned: boolean; readonly hasIsoOverlay: boolean } {
  return {
    isPositioned: version >= RENDER_VERSIONS.plain,
    hasIsoOverlay: version === RENDER_VERSIONS.unpositionedIsoOverlay || version === RENDER_VERSIONS.isoOverlay,
  };
}
