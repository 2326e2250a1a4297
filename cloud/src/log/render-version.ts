/**
 * Which renderer a member is published with, stored with it. A renderer's bytes never change: what it comes to say later,
 * or because of a setting, is a version of its own, so that pages that are there stay as they are.
 */
export const RENDER_VERSIONS = {
  /** Of the first program: quality flags were kept and not published. Nothing is written with it any more. */
  withoutFlags: 1,
  plain: 2,
  /** With the triples of ISO 19156 beside those of SOSA. */
  isoOverlay: 3,
} as const;
export type RenderVersion = (typeof RENDER_VERSIONS)[keyof typeof RENDER_VERSIONS];

/** Entities are published as their stored body says, whatever the version. */
export const ENTITY_RENDER_VERSION = 1;
