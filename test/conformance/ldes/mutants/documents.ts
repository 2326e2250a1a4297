/**
 * The documents of the stream that the mutants change: five members, two a page, two children a node. Two pages and an
 * index node are immutable.
 */
export const STREAM_DOCUMENT = /\/heat-stress$/;
export const ROOT = /\/by-page$/;
export const INDEX_0 = /\/by-page\/index\/1\/0$/;
export const INDEX_1 = /\/by-page\/index\/1\/1$/;
export const PAGE_0 = /\/by-page\/page\/0$/;
export const PAGE_1 = /\/by-page\/page\/1$/;
export const PAGE_2 = /\/by-page\/page\/2$/;
/** The first member, on page 0. */
export const FIRST_MEMBER = '/id/demo/observatie/meetpunt-1.sensor-1.luchttemperatuur.momentaan/2026-07-01T12:00:00Z#1';
export const SECOND_MEMBER =
  '/id/demo/observatie/meetpunt-1.sensor-1.luchttemperatuur.momentaan/2026-07-01T12:01:00Z#2';
