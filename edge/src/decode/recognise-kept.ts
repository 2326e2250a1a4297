import { ok } from '@meetbrug/protocols/result';
import { parseMessageJson, type RawMessage } from '@meetbrug/protocols/uplinks';
import { readKeptUplink } from '../privacy/kept-uplink.ts';
import { type RecognisedMessage, recogniseMessage } from './recognise-message.ts';

/**
 * What a message says that lies in its kept form: a row of the outbox or a record of the quarantine. It is kept as an uplink
 * or as a reduced body of its topic's format; what was not kept cannot be read and is a fault.
 * @param message topic and payload as they are stored
 */
export function recogniseKept(message: RawMessage, payloadBytesMax: number): RecognisedMessage {
  const json = parseMessageJson(message.payload);
  const uplink = json.ok ? readKeptUplink(json.value) : undefined;
  if (uplink === undefined) return recogniseMessage(message, payloadBytesMax);
  return { format: uplink.format, body: undefined, event: ok(uplink) };
}
