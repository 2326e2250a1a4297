import { parseChirpstackV4 } from './chirpstack-v4.ts';
import type { ParseUplink, WireFormat } from './network-event.ts';
import { parseTheThingsStack } from './the-things-stack.ts';

export { devEuiSchema, parseDevEui } from './dev-eui.ts';
export { FRM_PAYLOAD_MAX_BYTES, payloadHex } from './frm-payload.ts';
export { type MessageJson, parseMessageJson } from './message-json.ts';
export {
  type DevEui,
  type DeviceStatus,
  type Join,
  type NetworkEvent,
  type OtherEvent,
  type ParseUplink,
  type RawMessage,
  type Reception,
  UPLINK_FAULTS,
  type Uplink,
  type UplinkFaultCode,
  WIRE_FORMATS,
  type WireFormat,
} from './network-event.ts';
export { RECEPTIONS_MAX } from './receptions.ts';
export { recogniseTopic } from './recognise-topic.ts';
export { sameUplink, sessionsAgree, type UplinkIdentity, uplinkKey, uplinkSession } from './uplink-key.ts';

/** The parser of each wire format. */
export const PARSERS: Readonly<Record<WireFormat, ParseUplink>> = {
  'chirpstack-v4': parseChirpstackV4,
  'the-things-stack': parseTheThingsStack,
};
