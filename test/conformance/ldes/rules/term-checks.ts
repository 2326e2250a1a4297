import type { Term } from 'n3';
import { XSD } from '../crawl/terms.ts';

const DATE_TIME = /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/;
const ZONE = /(?:Z|[+-]\d\d:\d\d)$/;
const DURATION = /^-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/;

export function isIri(term: Term | undefined): boolean {
  return term?.termType === 'NamedNode';
}

export function datatypeOf(term: Term | undefined): string | undefined {
  return term?.termType === 'Literal' ? term.datatype.value : undefined;
}

export function isDateTime(term: Term | undefined): boolean {
  return datatypeOf(term) === `${XSD}dateTime` && DATE_TIME.test(term?.value ?? '');
}

export function hasZone(term: Term | undefined): boolean {
  return ZONE.test(term?.value ?? '');
}

export function isDuration(term: Term | undefined): boolean {
  return datatypeOf(term) === `${XSD}duration` && DURATION.test(term?.value ?? '');
}

export function isInteger(term: Term | undefined, min: number): boolean {
  return datatypeOf(term) === `${XSD}integer` && /^[+-]?\d+$/.test(term?.value ?? '') && Number(term?.value) >= min;
}

/** Length of an `xsd:duration` without years and months, which have none of their own. */
export function durationMs(text: string): number | undefined {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (parts === null) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}
