import { parseInstant } from '@meetbrug/protocols/observation';
import { ok } from '@meetbrug/protocols/result';
import { positionCount } from './geometry.ts';
import { LIMITS } from './limits.ts';
import { parseWkt } from './parse-wkt.ts';
import { type Answered, badRequest } from './refusal.ts';
import type { Literal } from './syntax.ts';
import { DurationValue, TimeValue } from './values.ts';

export type Token =
  | { readonly kind: 'literal'; readonly literal: Literal }
  /** A path, a function, an operator or a keyword. */
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'mark'; readonly text: '(' | ')' | ',' | '-' };

const SPACE = /\s+/y;
const QUOTED = /'((?:[^']|'')*)'/y;
const PREFIXED = /(geography|geometry|duration|datetime|datetimeoffset)'([^']*)'/iy;
/** The "+" of an offset arrives as a space when it was not percent-encoded. */
const INSTANT = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,12})?(?:Z|[+\- ]\d\d:?\d\d)`;
const TIME = new RegExp(`(${INSTANT})(?:/(${INSTANT}))?`, 'iy');
const DATE = /(\d{4})-(\d\d)-(\d\d)/y;
const TIME_OF_DAY = /([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,12}))?/y;
const NUMBER = /\d+(?:\.\d+)?(?:e[+-]?\d+)?/iy;
const NAME = /[A-Za-z_@$][\w.@$-]*(?:\/[\w.@$-]+)*/y;
const MARK = /[(),-]/y;
const DURATION = /^(-)?P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?$/i;
const ZONE_WITHOUT_SIGN = / (?=\d\d:?\d\d$)/;

/** Cuts an expression into its tokens; every literal is read here, once. */
export function readTokens(text: string): Answered<readonly Token[]> {
  if (text.length > LIMITS.expressionLength) {
    return badRequest(`an expression has more than ${LIMITS.expressionLength} characters`);
  }
  const tokens: Token[] = [];
  let positions = 0;
  let at = 0;
  while (at < text.length) {
    at = matchAt(SPACE, text, at)?.end ?? at;
    if (at === text.length) break;
    const token = readToken(text, at);
    if (!token.ok) return token;
    tokens.push(token.value.token);
    if (tokens.length > 4 * LIMITS.expressionNodes) return badRequest('an expression has too many parts');
    positions += geometryPositions(token.value.token);
    if (positions > LIMITS.geometryPositions) {
      return badRequest(`the geometries of an expression have more than ${LIMITS.geometryPositions} positions`);
    }
    at = token.value.end;
  }
  return ok(tokens);
}

function geometryPositions(token: Token): number {
  const value = token.kind === 'literal' ? token.literal.value : null;
  return typeof value === 'object' && value !== null && 'geometry' in value ? positionCount(value.geometry) : 0;
}

interface Match {
  readonly groups: readonly (string | undefined)[];
  readonly end: number;
}

function matchAt(pattern: RegExp, text: string, at: number): Match | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null ? undefined : { groups: match, end: pattern.lastIndex };
}

type Read = Answered<{ readonly token: Token; readonly end: number }>;

function readToken(text: string, at: number): Read {
  const quoted = matchAt(QUOTED, text, at);
  if (quoted !== undefined) {
    const value = (quoted.groups[1] ?? '').replaceAll("''", "'");
    return literal({ type: 'string', value, text: value }, quoted.end);
  }
  const prefixed = matchAt(PREFIXED, text, at);
  if (prefixed !== undefined) return readPrefixed(prefixed);
  const time = matchAt(TIME, text, at);
  if (time !== undefined) return readTime(time.groups[1] ?? '', time.groups[2], time.end);
  const date = matchAt(DATE, text, at);
  if (date !== undefined) {
    const [value = '', year, month, day] = date.groups;
    const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).toISOString().startsWith(value);
    if (/^t/i.test(text.slice(date.end))) return badRequest(`"${text.slice(at, at + 30)}" is no time with a zone`);
    return isDay ? literal({ type: 'date', value, text: value }, date.end) : badRequest(`${value} is no day`);
  }
  const timeOfDay = matchAt(TIME_OF_DAY, text, at);
  if (timeOfDay !== undefined) {
    const [written = '', hour, minute, second, fraction = ''] = timeOfDay.groups;
    const value = `${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}`;
    return literal({ type: 'timeOfDay', value, text: written }, timeOfDay.end);
  }
  const number = matchAt(NUMBER, text, at);
  if (number !== undefined) {
    const written = number.groups[0] ?? '';
    return literal({ type: 'number', value: Number(written), text: written }, number.end);
  }
  const name = matchAt(NAME, text, at);
  if (name !== undefined) return readName(name.groups[0] ?? '', name.end);
  const mark = matchAt(MARK, text, at);
  if (mark !== undefined) return ok({ token: { kind: 'mark', text: mark.groups[0] as ',' }, end: mark.end });
  return badRequest(`"${text.slice(at, at + 30)}" is not understood`);
}

function literal(read: Omit<Literal, 'kind'>, end: number): Read {
  return ok({ token: { kind: 'literal', literal: { kind: 'literal', ...read } }, end });
}

function readName(text: string, end: number): Read {
  if (text === 'true' || text === 'false') return literal({ type: 'boolean', value: text === 'true', text }, end);
  if (text === 'null') return literal({ type: 'null', value: null, text }, end);
  return ok({ token: { kind: 'name', text }, end });
}

function readPrefixed({ groups, end }: Match): Read {
  const [, prefix = '', text = ''] = groups;
  const kind = prefix.toLowerCase();
  if (kind.startsWith('geo')) {
    const geometry = parseWkt(text);
    return geometry.ok ? literal({ type: 'geometry', value: { geometry: geometry.value }, text }, end) : geometry;
  }
  if (kind === 'duration') {
    const value = parseDuration(text);
    return value === undefined
      ? badRequest(`"${text}" is no duration of days, hours, minutes and seconds`)
      : literal({ type: 'duration', value, text }, end);
  }
  return readTime(text, undefined, end);
}

function parseDuration(text: string): DurationValue | undefined {
  const match = DURATION.exec(text);
  if (match === null || /[PT]$/i.test(text)) return undefined;
  const [, sign, days = 0, hours = 0, minutes = 0, seconds = 0] = match;
  const inSeconds = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return new DurationValue((sign === '-' ? -1 : 1) * Math.round(inSeconds * 1_000));
}

function readTime(begin: string, end: string | undefined, at: number): Read {
  const [beginMs, endMs] = [toMs(begin), end === undefined ? undefined : toMs(end)];
  const isInterval = end !== undefined;
  if (beginMs === undefined || (isInterval && endMs === undefined))
    return badRequest(`"${begin}" is no time with a zone`);
  if (endMs !== undefined && endMs < beginMs) return badRequest(`an interval ends before its begin, ${begin}`);
  return literal({ type: 'time', value: new TimeValue(beginMs, endMs), text: begin }, at);
}

/** Times before 1970 are none of ours, but may be compared with. */
function toMs(text: string): number | undefined {
  const written = text.replace(ZONE_WITHOUT_SIGN, '+');
  const ms = parseInstant(written) ?? Date.parse(written);
  return Number.isNaN(ms) ? undefined : ms;
}
