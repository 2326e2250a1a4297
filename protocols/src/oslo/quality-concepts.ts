import type { QualityFlag } from '../observation/quality.ts';
import type { Text } from '../properties/mod.ts';

/** What a quality flag says about a value. Each is a metric in the sense of the Data Quality Vocabulary: true or absent. */
export const QUALITY_CONCEPTS: Readonly<Record<QualityFlag, { readonly label: Text; readonly definition: Text }>> = {
  'clock-unsynchronised': {
    label: { nl: 'klok niet gelijkgezet', en: 'clock not synchronised' },
    definition: {
      nl: 'Het tijdstip komt van een klok die op dat moment niet met een tijdbron gelijkliep.',
      en: 'The time comes from a clock that was not synchronised with a time source at that moment.',
    },
  },
  'device-reported-fault': {
    label: { nl: 'fout gemeld door het toestel', en: 'fault reported by the device' },
    definition: {
      nl: 'Het toestel meldde zelf een fout toen het deze waarde doorgaf.',
      en: 'The device itself reported a fault when it sent this value.',
    },
  },
  'outside-plausible-range': {
    label: { nl: 'buiten de aannemelijke grenzen', en: 'outside the plausible range' },
    definition: {
      nl: 'De waarde is lager of hoger dan wat hier te verwachten is.',
      en: 'The value is lower or higher than what can be expected here.',
    },
  },
  'step-too-large': {
    label: { nl: 'sprong te groot', en: 'step too large' },
    definition: {
      nl: 'De waarde verschilt meer van de vorige aannemelijke waarde dan in die tijd te verwachten is.',
      en: 'The value differs more from the previous plausible value than can be expected in that time.',
    },
  },
  'value-stuck': {
    label: { nl: 'waarde blijft steken', en: 'value stuck' },
    definition: {
      nl: 'De waarde bleef langer gelijk dan bij dit kenmerk te verwachten is.',
      en: 'The value stayed the same for longer than can be expected of this property.',
    },
  },
  'sensor-tilted': {
    label: { nl: 'sensor staat scheef', en: 'sensor tilted' },
    definition: {
      nl: 'Het toestel hing schuiner dan toegelaten ten opzichte van zijn stand bij de plaatsing.',
      en: 'The device leaned further than allowed from its position when it was mounted.',
    },
  },
  'uptime-low': {
    label: { nl: 'te weinig meettijd', en: 'too little time measuring' },
    definition: {
      nl: 'De sensor heeft een te klein deel van het interval gemeten.',
      en: 'The sensor measured during too small a share of the interval.',
    },
  },
  'counter-reset': {
    label: { nl: 'teller opnieuw begonnen', en: 'counter reset' },
    definition: {
      nl: 'De teller in het toestel begon opnieuw, zodat het aantal in dit interval niet vaststaat.',
      en: 'The counter inside the device started again, so that the number in this interval is not certain.',
    },
  },
  'implausible-rate': {
    label: { nl: 'onaannemelijk snelle toename', en: 'implausible rate' },
    definition: {
      nl: 'De teller steeg sneller dan wat er geteld wordt kan voorbijkomen.',
      en: 'The counter rose faster than what is counted can pass.',
    },
  },
};
