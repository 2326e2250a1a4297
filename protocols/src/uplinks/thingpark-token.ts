import { type EpochMs, parseInstant } from '../observation/instant.ts';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { isJsonFields } from './bounded-json.ts';

export const THINGPARK_TOKEN_FAULTS = ['token-missing', 'token-wrong', 'token-stale'] as const;
export type ThingParkTokenFaultCode = (typeof THINGPARK_TOKEN_FAULTS)[number];

/** SHA-256 of the UTF-8 bytes of a text, as 64 hex digits in lower case. */
export type Sha256Hex = (text: string) => string;

/** A request as it came. */
export interface ThingParkRequest {
  /** What stands behind the `?` of the URL, still percent-encoded. */
  readonly query: string;
  /** The parsed body, wrapped in `DevEUI_uplink` or not. */
  readonly body: unknown;
}

export interface ThingParkTokenSettings {
  /** The tunnel interface authentication key; never empty. */
  readonly asKey: string;
  /** How far the `Time` of the query may lie from now: a request that was overheard cannot be sent again later. */
  readonly toleranceMs: number;
}

/** In the order in which they are signed. */
const SIGNED_QUERY = ['LrnDevEui', 'LrnFPort', 'LrnInfos', 'AS_ID', 'Time'] as const;
const SIGNED_BODY = ['CustomerID', 'DevEUI', 'FPort', 'FCntUp', 'payload_hex'] as const;
const QUERY_MAX = 2048;

/**
 * Checks the token of ThingPark's tunnel interface (actility/thingpark-integrations, `1_tpNS-AS/AS_nodejs_example`): SHA-256
 * over the elements of the body, those of the query and the key, without separators between the three. Query values are
 * signed as they read after percent-decoding, where a bare `+` is a plus. The key counts as configured or in lower case.
 * Faults: `token-missing` (no token, or what it signs is not there), `token-wrong`, `token-stale` (the time is too far away).
 */
export function checkThingParkToken(
  request: ThingParkRequest,
  settings: ThingParkTokenSettings,
  nowMs: EpochMs,
  sha256Hex: Sha256Hex,
): Result<true, Fault<ThingParkTokenFaultCode>> {
  const query = readQuery(request.query);
  const token = query.get('Token')?.toLowerCase();
  const ofQuery = SIGNED_QUERY.map((name) => query.get(name));
  const ofBody = signedBody(request.body);
  if (token === undefined || ofQuery.includes(undefined) || ofBody === undefined) {
    return fail('token-missing', 'the request lacks a token, or a field that it signs');
  }
  const signed = `${ofBody}${SIGNED_QUERY.map((name, index) => `${name}=${ofQuery[index]}`).join('&')}`;
  const isGenuine = [settings.asKey, settings.asKey.toLowerCase()].some((key) =>
    sameInConstantTime(sha256Hex(`${signed}${key}`), token),
  );
  if (!isGenuine) return fail('token-wrong', 'the token does not fit the request and the key');
  const signedMs = parseInstant(query.get('Time') ?? '');
  if (signedMs === undefined || Math.abs(nowMs - signedMs) > settings.toleranceMs) {
    return fail('token-stale', '`Time` of the request is too far from the clock of the edge');
  }
  return ok(true);
}

/** The first value of each name; what cannot be decoded is left out. */
function readQuery(query: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  if (query.length > QUERY_MAX) return values;
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    const value = at < 1 ? undefined : percentDecoded(pair.slice(at + 1));
    if (value !== undefined && !values.has(name)) values.set(name, value);
  }
  return values;
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The signed fields of the body, joined as their text reads; undefined where one is missing. */
function signedBody(body: unknown): string | undefined {
  const outer = isJsonFields(body) ? body : {};
  const uplink = isJsonFields(outer.DevEUI_uplink) ? outer.DevEUI_uplink : outer;
  let text = '';
  for (const name of SIGNED_BODY) {
    const value = uplink[name];
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    text += value;
  }
  return text;
}

/** Compares all characters wherever the first difference is; the length of a token is no secret. */
function sameInConstantTime(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index += 1) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
