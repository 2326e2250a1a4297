import type { Text, Theme } from './observed-property.ts';

export interface ThemeConcept {
  /** Dutch name in IRIs. */
  readonly name: string;
  readonly label: Text;
  readonly definition: Text;
}

/** What each theme is about, for people who read the lexicon and not the catalogue. */
export const THEME_CONCEPTS: Readonly<Record<Theme, ThemeConcept>> = {
  'heat-stress': {
    name: 'hittestress',
    label: { nl: 'hittestress', en: 'heat stress' },
    definition: {
      nl: 'Hoe warm het in de stad is en hoe zwaar die warmte op mensen weegt.',
      en: 'How hot the city is and how heavily that heat bears on people.',
    },
  },
  'water-level': {
    name: 'waterpeil',
    label: { nl: 'water', en: 'water' },
    definition: {
      nl: 'Water in rivieren, grachten en bodem, en de regen die erbij komt.',
      en: 'Water in rivers, ditches and soil, and the rain that adds to it.',
    },
  },
  mobility: {
    name: 'mobiliteit',
    label: { nl: 'mobiliteit', en: 'mobility' },
    definition: {
      nl: 'Wie er voorbijkomt, hoe snel, en welke plaatsen en fietsen vrij zijn. Alleen aantallen, nooit personen.',
      en: 'Who passes, how fast, and which spaces and bikes are free. Numbers only, never persons.',
    },
  },
  'device-status': {
    name: 'toestelstatus',
    label: { nl: 'toestand van de toestellen', en: 'state of the devices' },
    definition: {
      nl: 'Hoe het met de meettoestellen zelf gaat: batterij, ontvangst en stand.',
      en: 'How the measuring devices themselves are doing: battery, reception and position.',
    },
  },
};
