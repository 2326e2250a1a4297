/**
 * The payload bytes of the simulated devices, written from the vendors' payload descriptions and on purpose not sharing
 * a line with the product's decoders: a fault in one of the two shows as a difference.
 *
 * Milesight: channel id, channel type, little-endian value. Dragino: fixed positions, big-endian.
 */

/** EM300-TH: battery `01 75`, temperature `03 67` in 0.1 °C, humidity `04 68` in 0.5 %. */
export function encodeEm300Th(reading: {
  batteryPercent: number;
  temperatureTenths: number;
  humidityHalves: number;
}): Uint8Array {
  return Uint8Array.of(
    ...[0x01, 0x75, reading.batteryPercent],
    ...[0x03, 0x67, ...littleEndian16(reading.temperatureTenths)],
    ...[0x04, 0x68, reading.humidityHalves],
  );
}

/** EM500-UDL: battery `01 75`, distance `03 82` in mm. */
export function encodeEm500Udl(reading: { batteryPercent: number; distanceMm: number }): Uint8Array {
  return Uint8Array.of(0x01, 0x75, reading.batteryPercent, 0x03, 0x82, ...littleEndian16(reading.distanceMm));
}

/** VS350: totals in and out `04 cc` (16 bits, they wrap), counts of the reporting period `05 cc`. */
export function encodeVs350(reading: {
  totalIn: number;
  totalOut: number;
  periodIn: number;
  periodOut: number;
}): Uint8Array {
  return Uint8Array.of(
    ...[0x04, 0xcc, ...littleEndian16(reading.totalIn), ...littleEndian16(reading.totalOut)],
    ...[0x05, 0xcc, ...littleEndian16(reading.periodIn), ...littleEndian16(reading.periodOut)],
  );
}

const LHT65N_BATTERY_GOOD = 0b11 << 14;
const LHT65N_EXTERNAL_DS18B20 = 0x01;

/** LHT65N on port 2: battery state and mV, 0.01 °C, 0.1 %, external sensor type, 0.01 °C of the probe, two bytes unused. */
export function encodeLht65n(reading: {
  batteryMv: number;
  temperatureHundredths: number;
  humidityTenths: number;
  probeHundredths: number;
}): Uint8Array {
  return Uint8Array.of(
    ...bigEndian16(LHT65N_BATTERY_GOOD | reading.batteryMv),
    ...bigEndian16(reading.temperatureHundredths),
    ...bigEndian16(reading.humidityTenths),
    LHT65N_EXTERNAL_DS18B20,
    ...bigEndian16(reading.probeHundredths),
    ...[0x7f, 0xff],
  );
}

/** LDDS75 on port 2: battery in mV, distance in mm, interrupt flag, probe in 0.1 °C, ultrasonic sensor present. */
export function encodeLdds75(reading: { batteryMv: number; distanceMm: number; probeTenths: number }): Uint8Array {
  return Uint8Array.of(
    ...bigEndian16(reading.batteryMv),
    ...bigEndian16(reading.distanceMm),
    0x00,
    ...bigEndian16(reading.probeTenths),
    0x01,
  );
}

function littleEndian16(value: number): [number, number] {
  return [value & 0xff, (value >> 8) & 0xff];
}

function bigEndian16(value: number): [number, number] {
  return [(value >> 8) & 0xff, value & 0xff];
}
