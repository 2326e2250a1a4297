import loraPacket from 'lora-packet';

/** The library as it is at run time; its types promise a further `default`. */
const library = loraPacket as unknown as typeof loraPacket.default;

export const GATEWAYS = ['0016C001F153A14C', '0016C001F10AA2B3'] as const;

/** A heat sensor that is personalised by hand, with the test keys of the samples. */
export const SENSOR = {
  devEui: '24E124136C140009',
  devAddr: '260B4C2F',
  nwkSKey: '3c4fcf098815f7aba6d2ae2816157e2b',
  appSKey: '2b7e151628aed2a6abf7158809cf4f3c',
} as const;

export const SENSOR_DEVICE = {
  devEui: SENSOR.devEui,
  profile: 'milesight-em300-th',
  sensor: 'heat-09',
  at: { name: 'plein-09', label: 'Voorbeeldplein', longitude: 4.44, latitude: 51.24 },
};

const hex = (text: string) => Buffer.from(text, 'hex');

/** Tenths of a degree, as the sensor writes them. */
export function temperaturePayload(tenths: number): Buffer {
  const payload = hex('03670000');
  payload.writeInt16LE(tenths, 2);
  return payload;
}

/** A PHYPayload of a sensor, made by lora-packet: the other side of what is under test. */
export function frameOf(
  counter: number,
  payload: Buffer,
  { devAddr = SENSOR.devAddr as string, nwkSKey = SENSOR.nwkSKey as string } = {},
): Buffer {
  const upper = Buffer.alloc(2);
  upper.writeUInt16LE(Math.floor(counter / 0x1_0000));
  const packet = library.fromFields(
    {
      MType: 'Unconfirmed Data Up',
      DevAddr: hex(devAddr),
      FCnt: counter % 0x1_0000,
      FPort: 85,
      payload,
      FCtrl: { ADR: true },
    },
    hex(SENSOR.appSKey),
    hex(nwkSKey),
    undefined,
    upper,
  );
  return packet.getPHYPayload() ?? Buffer.alloc(0);
}

/** A PUSH_DATA of protocol version 2 with one packet. */
export function pushData(gateway: string, frame: Buffer, time?: string): Buffer {
  const packet = {
    tmst: 1,
    time,
    freq: 868.3,
    stat: 1,
    modu: 'LORA',
    datr: 'SF7BW125',
    codr: '4/5',
    rssi: -95,
    lsnr: 6.5,
    size: frame.length,
    data: frame.toString('base64'),
  };
  return Buffer.concat([hex('02000100'), hex(gateway), Buffer.from(JSON.stringify({ rxpk: [packet] }))]);
}

/** The same frame as The Things Stack tells of it, decrypted. */
export function theThingsStackUp(counter: number, payload: Buffer, time: string): string {
  return JSON.stringify({
    end_device_ids: { device_id: 'heat-09', dev_eui: SENSOR.devEui },
    received_at: time,
    uplink_message: {
      session_key_id: 'AZf2nq0pUGUucuzS/bCGMNw==',
      f_port: 85,
      f_cnt: counter,
      frm_payload: payload.toString('base64'),
      rx_metadata: [{ gateway_ids: { gateway_id: 'gw', eui: GATEWAYS[0] }, time, rssi: -95, snr: 6.5 }],
      received_at: time,
    },
  });
}

/** The fields that a station makes of a frame. */
export function stationMessage(frame: Buffer): object {
  return {
    msgtype: 'updf',
    MHdr: frame.readUInt8(0),
    DevAddr: frame.readInt32LE(1),
    FCtrl: frame.readUInt8(5),
    FCnt: frame.readUInt16LE(6),
    FOpts: '',
    FPort: frame.readUInt8(8),
    FRMPayload: frame.subarray(9, -4).toString('hex'),
    MIC: frame.readInt32LE(frame.length - 4),
    upinfo: { rssi: -95, snr: 6.5, gpstime: 0 },
  };
}
