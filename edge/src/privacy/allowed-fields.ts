import { isNumberText, saysNoValue } from '@meetbrug/protocols/mapping';
import type { WireFormat } from '@meetbrug/protocols/uplinks';

const NUMERAL = /^[+-]?\d{1,12}(?:\.\d{1,12})?$/;
const MOMENT = /^\d{4}-\d\d-\d\d[Tt ][\d:.,+\-Zz]{8,32}$/;

/**
 * How the value of an allowed field must look to be kept. What looks different (a number where a time belongs, a sentence
 * where a gateway's name belongs) is reduced to its type like any other field: the parser does not read it either.
 */
export const FIELD_FORMS = {
  flag: 'boolean',
  number: 'number',
  /** 16 hex digits, in whatever spelling a network server uses. */
  devEui: /^[0-9A-Fa-f]{2}(?:[-:]?[0-9A-Fa-f]{2}){7}$/,
  devAddr: /^[0-9A-Fa-f]{8}$/,
  /** In hex, or in base64, which protobuf as JSON writes. */
  eui64: /^(?:[0-9A-Fa-f]{16}|[A-Za-z0-9+/]{11}=)$/,
  address32: /^(?:[0-9A-Fa-f]{8}|[A-Za-z0-9+/]{6}==)$/,
  /** ThingPark writes numbers as texts. */
  numeral: (value: unknown) => typeof value === 'number' || (typeof value === 'string' && NUMERAL.test(value)),
  hexPayload: /^(?:[0-9A-Fa-f]{2}){0,255}$/,
  /** Base64 of some 16 bytes. */
  sessionKeyId: /^[A-Za-z0-9+/]{16,44}={0,2}$/,
  /** EUI or name of a gateway, which is the city's or its network's. */
  gateway: /^[A-Za-z0-9._-]{1,64}$/,
  /** RFC 3339. */
  time: /^\d{4}-\d\d-\d\d[Tt ][\d:.,+\-Zz]{9,32}$/,
  /** A time of a message, with its zone or without, or as a count since the epoch. */
  moment: (value: unknown) =>
    typeof value === 'number' || (typeof value === 'string' && (MOMENT.test(value) || isNumberText(value))),
  /** What a mapping reads as a number: a number, a text that is one, a flag, or that there is none. */
  measured: (value: unknown) =>
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    saysNoValue(value) ||
    (typeof value === 'string' && isNumberText(value)),
  /** Id of a device, format, source of a time: what this program writes. */
  name: /^[A-Za-z0-9._\-:/]{1,128}$/,
  /** What a frame counter belongs to; may be unknown. */
  session: /^[A-Za-z0-9+/=_-]{0,64}$/,
  /** Seconds since the GPS epoch, as protobuf writes a duration. */
  duration: /^\d{1,12}(?:\.\d{1,9})?s$/,
  /** Base64 of an application payload: what a radio can carry. */
  payload: /^[A-Za-z0-9+/]{0,340}={0,2}$/,
} as const;
export type FieldForm = keyof typeof FIELD_FORMS;

/** A form, names of fields with what is allowed there, or an array: a tuple of one says what each entry may be. */
export type AllowedField = FieldForm | AllowedFields | readonly [AllowedField];
export interface AllowedFields {
  readonly [name: string]: AllowedField;
}

const THINGPARK_UPLINK: AllowedFields = {
  Time: 'moment',
  DevEUI: 'devEui',
  DevAddr: 'devAddr',
  FPort: 'numeral',
  FCntUp: 'numeral',
  ADRbit: 'numeral',
  MType: 'numeral',
  payload_hex: 'hexPayload',
  Lrrid: 'gateway',
  LrrRSSI: 'numeral',
  LrrSNR: 'numeral',
  Lrrs: { Lrr: [{ Lrrid: 'gateway', LrrRSSI: 'numeral', LrrSNR: 'numeral' }] },
};

/** Where a mapping says what is read, it says what may stay: of a body that no mapping has read, names and types only. */
const NOTHING_ALLOWED: AllowedFields = {};

/**
 * The fields of each JSON wire format that a parser of `@meetbrug/protocols/uplinks` needs. Nothing else of a message has
 * a value on disk: no decoded object (the payload bytes are kept instead), no name or tag of a device, no position of a
 * gateway, no key.
 */
export const ALLOWED_FIELDS: Readonly<Record<WireFormat, AllowedFields>> = {
  'chirpstack-v4': {
    time: 'time',
    deviceInfo: { devEui: 'devEui' },
    devAddr: 'devAddr',
    adr: 'flag',
    confirmed: 'flag',
    fCnt: 'number',
    fPort: 'number',
    data: 'payload',
    rxInfo: [
      {
        gatewayId: 'gateway',
        rssi: 'number',
        snr: 'number',
        timeSinceGpsEpoch: 'duration',
        gwTime: 'time',
        nsTime: 'time',
        time: 'time',
      },
    ],
    margin: 'number',
    externalPowerSource: 'flag',
    batteryLevelUnavailable: 'flag',
    batteryLevel: 'number',
  },
  'the-things-stack': {
    end_device_ids: { dev_eui: 'devEui' },
    received_at: 'time',
    simulated: 'flag',
    uplink_message: {
      session_key_id: 'sessionKeyId',
      f_port: 'number',
      f_cnt: 'number',
      confirmed: 'flag',
      frm_payload: 'payload',
      rx_metadata: [
        {
          gateway_ids: { gateway_id: 'gateway', eui: 'gateway' },
          gps_time: 'time',
          time: 'time',
          rssi: 'number',
          snr: 'number',
        },
      ],
      settings: { time: 'time' },
      received_at: 'time',
    },
    join_accept: { session_key_id: 'sessionKeyId', received_at: 'time' },
  },
  'chirpstack-v3': {
    devEUI: 'eui64',
    devAddr: 'address32',
    adr: 'flag',
    confirmedUplink: 'flag',
    fCnt: 'number',
    fPort: 'number',
    data: 'payload',
    rxInfo: [{ gatewayID: 'gateway', time: 'time', timeSinceGPSEpoch: 'duration', rssi: 'number', loRaSNR: 'number' }],
    margin: 'number',
    externalPowerSource: 'flag',
    batteryLevelUnavailable: 'flag',
    batteryLevel: 'number',
  },
  thingpark: { DevEUI_uplink: THINGPARK_UPLINK, ...THINGPARK_UPLINK },
  /** Encrypted, and of a device whose DevAddr is ours: what a key that was mended can open. */
  lorawan: {
    phyPayload: 'payload',
    gateway: 'gateway',
    rssi: 'number',
    snr: 'number',
    heardMs: 'number',
    timeSource: 'name',
  },
  senml: NOTHING_ALLOWED,
  'plain-json': NOTHING_ALLOWED,
  zigbee2mqtt: NOTHING_ALLOWED,
  tasmota: NOTHING_ALLOWED,
  'sparkplug-b': NOTHING_ALLOWED,
  'opc-ua': NOTHING_ALLOWED,
  telraam: NOTHING_ALLOWED,
};
