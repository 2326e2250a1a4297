import type { WireFormat } from '@meetbrug/protocols/uplinks';

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
  /** Base64 of some 16 bytes. */
  sessionKeyId: /^[A-Za-z0-9+/]{16,44}={0,2}$/,
  /** EUI or name of a gateway, which is the city's or its network's. */
  gateway: /^[A-Za-z0-9._-]{1,64}$/,
  /** RFC 3339. */
  time: /^\d{4}-\d\d-\d\d[Tt ][\d:.,+\-Zz]{9,32}$/,
  /** Seconds since the GPS epoch, as protobuf writes a duration. */
  duration: /^\d{1,12}(?:\.\d{1,9})?s$/,
  /** Base64 of an application payload: what a radio can carry. */
  payload: /^[A-Za-z0-9+/]{0,340}={0,2}$/,
} as const;
export type FieldForm = keyof typeof FIELD_FORMS;

/** Names of fields with the form of their values; a tuple of one stands for an array of such objects. */
export interface AllowedFields {
  readonly [name: string]: FieldForm | AllowedFields | readonly [AllowedFields];
}

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
};
