import { isJsonFields } from './bounded-json.ts';
import { parseMessageJson } from './message-json.ts';
import type { OtherEvent, RawMessage } from './network-event.ts';

const TEXT_MAX_BYTES = 64;
const utf8 = new TextDecoder();

/**
 * What a device's broker says of its connection: `online` or `offline`, bare in any case or as `{"state": …}`. It is often
 * retained, so it says nothing about a moment.
 */
export function readAvailability({ payload }: RawMessage): OtherEvent {
  if (payload.byteLength > TEXT_MAX_BYTES) return { kind: 'other', event: 'availability' };
  const json = parseMessageJson(payload);
  const state = json.ok && isJsonFields(json.value) ? json.value.state : utf8.decode(payload).trim();
  const text = typeof state === 'string' ? state.toLowerCase() : '';
  return { kind: 'other', event: text === 'online' || text === 'offline' ? text : 'availability' };
}
