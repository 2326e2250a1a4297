import { exactDecimal } from '../../observation/decimal.ts';
import type { PropertyRow } from '../observed-property.ts';

const tenth = exactDecimal(1, 1);
const one = exactDecimal(1);
const between = (min: number, max: number) => [exactDecimal(min), exactDecimal(max)] as const;
const theme = 'device-status';

/** The health of the devices themselves. */
export const DEVICE_STATUS = {
  'battery-level': {
    name: 'batterijniveau',
    theme,
    label: { nl: 'batterijniveau', en: 'battery level' },
    definition: { nl: 'Resterende lading volgens het toestel.', en: 'Remaining charge as the device reports it.' },
    unit: '%',
    quantityKind: 'StateOfCharge',
    resolution: one,
    range: between(0, 100),
  },
  'battery-voltage': {
    name: 'batterijspanning',
    theme,
    label: { nl: 'batterijspanning', en: 'battery voltage' },
    definition: { nl: 'Spanning van de batterij.', en: 'Voltage of the battery.' },
    unit: 'V',
    quantityKind: 'Voltage',
    resolution: exactDecimal(1, 3),
    range: between(0, 60),
  },
  rssi: {
    name: 'ontvangststerkte',
    theme,
    label: { nl: 'ontvangststerkte (RSSI)', en: 'received signal strength (RSSI)' },
    definition: {
      nl: 'Sterkte van het signaal bij de gateway die het toestel het best hoorde.',
      en: 'Strength of the signal at the gateway that heard the device best.',
    },
    unit: 'dB[mW]',
    quantityKind: 'Power',
    resolution: one,
    range: between(-200, 20),
  },
  snr: {
    name: 'signaal-ruisverhouding',
    theme,
    label: { nl: 'signaal-ruisverhouding', en: 'signal-to-noise ratio' },
    definition: {
      nl: 'Signaal-ruisverhouding bij de gateway die het toestel het best hoorde.',
      en: 'Signal-to-noise ratio at the gateway that heard the device best.',
    },
    unit: 'dB',
    quantityKind: 'DimensionlessRatio',
    resolution: tenth,
    range: between(-50, 50),
  },
  tilt: {
    name: 'helling',
    theme,
    label: { nl: 'helling van het toestel', en: 'tilt of the device' },
    definition: {
      nl: 'Hoek tussen het toestel en zijn stand bij de plaatsing.',
      en: 'Angle between the device and its position when it was mounted.',
    },
    unit: 'deg',
    quantityKind: 'Angle',
    resolution: one,
    range: between(0, 180),
  },
  'pedestrian-counter': {
    name: 'tellerstand-voetganger',
    theme,
    label: { nl: 'tellerstand voetgangers', en: 'pedestrian counter reading' },
    definition: {
      nl: 'Stand van de teller in het toestel; begint opnieuw na een reset of na het maximum.',
      en: 'Reading of the counter inside the device; starts again after a reset or its maximum.',
    },
    unit: '{count}',
    quantityKind: 'Count',
    resolution: one,
    range: between(0, 4_294_967_295),
  },
  'rain-counter': {
    name: 'tellerstand-neerslag',
    theme,
    label: { nl: 'tellerstand neerslag', en: 'rain counter reading' },
    definition: {
      nl: 'Neerslag die het toestel in totaal heeft gemeten; begint opnieuw na een reset of na het maximum.',
      en: 'Precipitation that the device has measured in all; starts again after a reset or its maximum.',
    },
    unit: 'mm',
    quantityKind: 'Length',
    resolution: exactDecimal(1, 2),
    range: between(0, 50_000_000),
  },
  'probe-pressure': {
    name: 'sondedruk',
    theme,
    label: { nl: 'druk aan een externe sonde', en: 'pressure at an external probe' },
    definition: {
      nl: 'Druk aan een sonde waarvan het nulpunt niet is opgegeven.',
      en: 'Pressure at a probe whose zero has not been stated.',
    },
    unit: 'hPa',
    quantityKind: 'Pressure',
    resolution: tenth,
    range: between(-1_100, 100_000),
  },
  'probe-temperature': {
    name: 'sondetemperatuur',
    theme,
    label: { nl: 'temperatuur van een externe sonde', en: 'temperature of an external probe' },
    definition: {
      nl: 'Temperatuur van een sonde waarvan het medium niet is opgegeven.',
      en: 'Temperature of a probe whose medium has not been stated.',
    },
    unit: 'Cel',
    quantityKind: 'Temperature',
    resolution: tenth,
    range: between(-60, 150),
  },
} as const satisfies Record<string, PropertyRow>;
