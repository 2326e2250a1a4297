import { type Fault, fail, type Result } from '@meetbrug/protocols/result';
import {
  type NetworkEvent,
  PARSERS,
  parseMessageJson,
  type RawMessage,
  recogniseTopic,
  type UplinkFaultCode,
  type WireFormat,
} from '@meetbrug/protocols/uplinks';

export type MessageFaultCode = UplinkFaultCode | 'unknown-topic' | 'too-large';

export interface RecognisedMessage {
  /** As the source says, else by the topic; undefined for a topic of no known format. */
  readonly format: WireFormat | undefined;
  /** The body as JSON; undefined where it is none, or too large to be looked at. */
  readonly body: unknown;
  readonly event: Result<NetworkEvent, Fault<MessageFaultCode>>;
}

/** What a message says, by the wire format that its topic belongs to. The body is parsed once. */
export function recogniseMessage(message: RawMessage, payloadBytesMax: number): RecognisedMessage {
  const format = message.format ?? recogniseTopic(message.topic);
  const length = message.payload.byteLength;
  if (length > payloadBytesMax) {
    const event = fail('too-large', `${length} bytes; broker.packetBytesMax is ${payloadBytesMax}`);
    return { format, body: undefined, event };
  }
  const json = parseMessageJson(message.payload);
  const body = json.ok ? json.value : undefined;
  if (format !== undefined) return { format, body, event: PARSERS[format](message, json) };
  const event = fail('unknown-topic', `the topic belongs to no wire format that is understood; ${length} bytes`);
  return { format, body, event };
}
