import { fail, ok } from '../result/mod.ts';
import { isBoundedJson } from './bounded-json.ts';
import { parseMessageJson } from './message-json.ts';
import type { ParseUplink, RawMessage } from './network-event.ts';
import { objectUplink } from './object-uplink.ts';

/** A number as a sensor prints it where JSON would refuse it: a leading plus, leading zeros, blanks around it. */
const NUMBER_TEXT = /^\s*([+-]?\d{1,15}(?:\.\d{1,15})?)\s*$/;
/** How sensors and gateways say that there is no value; the empty body removes a retained message. */
const NO_VALUE = /^\s*(?:nan|null|none|unavailable|unknown)?\s*$/i;
const TEXT_MAX_BYTES = 64;

const utf8 = new TextDecoder();

/**
 * Parses a message of a sensor that follows no convention: any JSON, or a bare number. The source says which device it is
 * (a level of the topic, a path, a configured topic). A bare value becomes `{ "value": … }`; an object or an array is
 * handed on as it is, and a mapping says what it means, its time included. Without a mapped time the arrival counts.
 */
export const parsePlainJson: ParseUplink = (message, parsed) => {
  if (message.device === undefined) return fail('not-this-format', 'the source names no device');
  const json = parsed ?? parseMessageJson(message.payload);
  const value = json.ok ? json.value : bareNumber(message);
  if (value === undefined && !isNoValue(message)) return json.ok ? fail('not-json', 'no value') : json;
  if (value === undefined || value === null || (typeof value === 'string' && NO_VALUE.test(value))) {
    return ok({ kind: 'other', event: 'no-value' });
  }
  if (!isBoundedJson(value)) return fail('not-this-format', 'the body nests too deep or holds too many values');
  const decoded = typeof value === 'object' ? value : { value };
  return ok(objectUplink('plain-json', message.device, decoded, { ms: message.receivedMs, source: 'edge' }));
};

function bareNumber(message: RawMessage): number | undefined {
  const text = NUMBER_TEXT.exec(shortText(message) ?? '')?.[1];
  return text === undefined ? undefined : Number(text);
}

function isNoValue(message: RawMessage): boolean {
  const text = shortText(message);
  return text !== undefined && NO_VALUE.test(text);
}

function shortText({ payload }: RawMessage): string | undefined {
  return payload.byteLength > TEXT_MAX_BYTES ? undefined : utf8.decode(payload);
}
