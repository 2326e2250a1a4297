import type { FleetDevice } from './fleet-device.ts';
import type { DeviceModel } from './fleet-settings.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Measurement } from './simulate-measurement.ts';

/** One MQTT message as ChirpStack v4's integration publishes it (JSON, protobuf mapping with all fields emitted). */
export interface ChirpstackMessage {
  readonly topic: string;
  readonly body: string;
}

export interface UplinkFrame {
  readonly measurement: Measurement;
  /** When the gateway heard the frame. */
  readonly observedMs: number;
  /** Full 32-bit counter. */
  readonly frameCounter: number;
}

const TENANT_ID = '52f14cd4-c6f1-4fbd-8f87-4025e1d49242';
const APPLICATION_ID = '17c82e96-be03-4f38-aef3-f83d48582d97';
const PROFILE: Record<DeviceModel, { id: string; name: string }> = {
  'milesight-em300-th': { id: '14855bf7-d10d-4aee-b618-ebfcb64dc701', name: 'Milesight EM300-TH' },
  'dragino-lht65n': { id: '14855bf7-d10d-4aee-b618-ebfcb64dc702', name: 'Dragino LHT65N' },
  'milesight-em500-udl': { id: '14855bf7-d10d-4aee-b618-ebfcb64dc703', name: 'Milesight EM500-UDL' },
  'dragino-ldds75': { id: '14855bf7-d10d-4aee-b618-ebfcb64dc704', name: 'Dragino LDDS75' },
  'milesight-vs350': { id: '14855bf7-d10d-4aee-b618-ebfcb64dc705', name: 'Milesight VS350' },
};

const GATEWAYS = [
  { gatewayId: '0016c001f153a14c', location: { latitude: 51.0343, longitude: 4.3174, altitude: 24 } },
  { gatewayId: '0016c001f10aa2b3', location: { latitude: 51.0412, longitude: 4.3391, altitude: 31 } },
  { gatewayId: '0016c001f10aa2c4', location: { latitude: 51.0277, longitude: 4.3555, altitude: 18 } },
] as const;
const FREQUENCIES_HZ = [867_100_000, 867_300_000, 867_500_000, 868_100_000, 868_300_000, 868_500_000] as const;

/** GPS time runs from 1980-01-06 without leap seconds: 18 ahead of UTC since 2017. */
const GPS_EPOCH_MS = Date.UTC(1980, 0, 6);
const GPS_LEAP_MS = 18_000;

export function uplinkTopic(devEui: string): string {
  return `application/${APPLICATION_ID}/device/${devEui.toLowerCase()}/event/up`;
}

/** The `up` event of one frame, with a random deduplication id and one to three gateways. */
export function chirpstackUplink(device: FleetDevice, frame: UplinkFrame, random: SeededRandom): ChirpstackMessage {
  return { topic: uplinkTopic(device.devEui), body: JSON.stringify(uplinkEvent(device, frame, random)) };
}

/** The fields of the event, before they become text. */
export function uplinkEvent(device: FleetDevice, frame: UplinkFrame, random: SeededRandom) {
  const { measurement, observedMs, frameCounter } = frame;
  const dataRate = random.between(0, 5);
  return {
    deduplicationId: uuid(random),
    time: chirpstackTime(observedMs),
    deviceInfo: deviceInfo(device),
    devAddr: device.devAddr,
    adr: true,
    dr: dataRate,
    fCnt: frameCounter,
    fPort: measurement.port,
    confirmed: frameCounter % 50 === 0,
    data: Buffer.from(measurement.payload).toString('base64'),
    object: measurement.codecObject,
    rxInfo: receptions(observedMs, random),
    txInfo: {
      frequency: FREQUENCIES_HZ[random.between(0, FREQUENCIES_HZ.length - 1)],
      modulation: { lora: { bandwidth: 125_000, spreadingFactor: 12 - dataRate, codeRate: 'CR_4_5' } },
    },
    relayRxInfo: null,
    joinServerContext: null,
    regionConfigId: 'eu868',
  };
}

function deviceInfo(device: FleetDevice) {
  const profile = PROFILE[device.model];
  return {
    tenantId: TENANT_ID,
    tenantName: 'Stad Voorbeeld',
    applicationId: APPLICATION_ID,
    applicationName: 'city-sensors',
    deviceProfileId: profile.id,
    deviceProfileName: profile.name,
    deviceName: device.place.name.replace('meetpunt-', ''),
    devEui: device.devEui.toLowerCase(),
    deviceClassEnabled: 'CLASS_A',
    tags: {},
  };
}

/** The nearest gateway first; the first has satellite time, the others only what the network server noted. */
function receptions(observedMs: number, random: SeededRandom) {
  const heardBy = GATEWAYS.slice(0, random.between(1, GATEWAYS.length));
  return heardBy.map(({ gatewayId, location }, index) => ({
    gatewayId,
    uplinkId: random.between(1, 0x7fff_ffff),
    ...(index === 0
      ? {
          gwTime: chirpstackTime(observedMs),
          nsTime: chirpstackTime(observedMs + 60),
          timeSinceGpsEpoch: `${((observedMs - GPS_EPOCH_MS + GPS_LEAP_MS) / 1000).toFixed(3)}s`,
        }
      : { nsTime: chirpstackTime(observedMs + 60 + random.between(1, 100)) }),
    rssi: -70 - 15 * index - random.between(0, 10),
    snr: 9 - 6 * index - random.between(0, 20) / 4,
    channel: random.between(1, 7),
    rfChain: 1,
    location,
    context: 'E3OWOQ==',
    metadata: { region_config_id: 'eu868', region_common_name: 'EU868' },
    crcStatus: 'CRC_OK',
  }));
}

/** RFC 3339 as the server's protobuf library writes it: `+00:00`, not `Z`. */
function chirpstackTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00');
}

/** A version 4 UUID (RFC 9562 clause 5.4). */
function uuid(random: SeededRandom): string {
  const variant = random.between(8, 11).toString(16);
  return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-${variant}${random.hex(3)}-${random.hex(12)}`;
}
