import { type Fault, fail, type Result } from '@meetbrug/protocols/result';
import {
  type NetworkEvent,
  PARSERS,
  type RawMessage,
  recogniseTopic,
  type UplinkFaultCode,
} from '@meetbrug/protocols/uplinks';

export type MessageFaultCode = UplinkFaultCode | 'unknown-topic' | 'too-large';

/** What a message says, by the wire format that its topic belongs to. */
export function recogniseMessage(
  message: RawMessage,
  payloadBytesMax: number,
): Result<NetworkEvent, Fault<MessageFaultCode>> {
  if (message.payload.byteLength > payloadBytesMax) {
    return fail('too-large', `${message.payload.byteLength} bytes; broker.packetBytesMax is ${payloadBytesMax}`);
  }
  const format = recogniseTopic(message.topic);
  if (format === undefined) return fail('unknown-topic', 'the topic belongs to no wire format that is understood');
  return PARSERS[format](message);
}
