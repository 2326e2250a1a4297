import { parseChirpstackV3 } from './chirpstack-v3.ts';
import { parseChirpstackV4 } from './chirpstack-v4.ts';
import { parseLorawan } from './lorawan.ts';
import type { ParseUplink, WireFormat } from './network-event.ts';
import { parseOpcUa } from './opc-ua.ts';
import { parsePlainJson } from './plain-json.ts';
import { parseSenml, splitSenml } from './senml.ts';
import { parseSparkplugB } from './sparkplug-b.ts';
import type { SplitMessage } from './split-message.ts';
import { parseTasmota } from './tasmota.ts';
import { parseTelraam, splitTelraam } from './telraam.ts';
import { parseTheThingsStack } from './the-things-stack.ts';
import { parseThingPark } from './thingpark.ts';
import { parseZigbee2mqtt } from './zigbee2mqtt.ts';

export { readStationMessage, type StationMessage } from './basics-station.ts';
export {
  id6,
  nearestRadio,
  readRouterHello,
  routerConfig,
  routerEui,
  STATION_CHANNELS_MAX,
  type StationRadio,
  timesyncAnswer,
} from './basics-station-router.ts';
export { canonicalJson } from './canonical-json.ts';
export { type CayenneFaultCode, type CayenneFields, decodeCayenneLpp } from './cayenne-lpp.ts';
export { devEuiSchema, parseDevEui } from './dev-eui.ts';
export { deviceIdSchema, parseDeviceId } from './device-id.ts';
export { FRM_PAYLOAD_MAX_BYTES, payloadHex } from './frm-payload.ts';
export { type GwmpDatagram, type GwmpFaultCode, readGwmp } from './gwmp.ts';
export type { GatewayStatus, GwmpDropReason } from './gwmp-json.ts';
export { type AnnouncedField, readDiscovery } from './home-assistant-discovery.ts';
export { frameEvent, frameMessage, type HeardFrame, readFrameMessage } from './lorawan.ts';
export { type MessageJson, parseMessageJson } from './message-json.ts';
export {
  type DevEui,
  type DeviceId,
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
export { type OpcUaMessage, opcUaMessageSchema } from './opc-ua.ts';
export { RECEPTIONS_MAX } from './receptions.ts';
export { recogniseTopic } from './recognise-topic.ts';
export { type RebirthReason, reduceSparkplug, type SparkplugStep } from './reduce-sparkplug.ts';
export { decodeSenml, type SenmlEntries, type SenmlEntry } from './senml.ts';
export { NO_NODES, type SparkplugState } from './sparkplug-b-state.ts';
export type { SplitMessage } from './split-message.ts';
export { splitTelraam } from './telraam.ts';
export {
  checkThingParkToken,
  type Sha256Hex,
  THINGPARK_TOKEN_FAULTS,
  type ThingParkRequest,
  type ThingParkTokenFaultCode,
  type ThingParkTokenSettings,
} from './thingpark-token.ts';
export { sameUplink, sessionsAgree, type UplinkIdentity, uplinkKey, uplinkSession } from './uplink-key.ts';

/** The parser of each wire format. */
export const PARSERS: Readonly<Record<WireFormat, ParseUplink>> = {
  'chirpstack-v4': parseChirpstackV4,
  'the-things-stack': parseTheThingsStack,
  'chirpstack-v3': parseChirpstackV3,
  thingpark: parseThingPark,
  lorawan: parseLorawan,
  senml: parseSenml,
  'plain-json': parsePlainJson,
  zigbee2mqtt: parseZigbee2mqtt,
  tasmota: parseTasmota,
  'sparkplug-b': parseSparkplugB,
  'opc-ua': parseOpcUa,
  telraam: parseTelraam,
};

/** The formats whose messages can hold several devices or moments: the source divides them before anything else. */
export const SPLITTERS: Readonly<Partial<Record<WireFormat, SplitMessage>>> = {
  senml: splitSenml,
  telraam: splitTelraam,
};
