import { EDGE_GAP_REASONS } from '../delivery/envelope.ts';
import type { Text } from '../properties/mod.ts';

/** Why observations are missing: what an edge says of its own, and what the cloud refused or knew better. */
export const GAP_REASONS = [...EDGE_GAP_REASONS, 'superseded', 'refused'] as const;
export type GapReason = (typeof GAP_REASONS)[number];

interface ConceptTexts {
  readonly label: Text;
  readonly definition: Text;
}

/** The metric that a gap is a measurement of. */
export const GAP_METRIC: ConceptTexts = {
  label: { nl: 'hiaat', en: 'gap' },
  definition: {
    nl: 'Aantal waarnemingen die gemaakt zijn en om de vermelde reden niet in de gegevensstroom staan.',
    en: 'Number of observations that were made and, for the reason given, are not in the stream of data.',
  },
};

export const GAP_REASON_CONCEPTS: Readonly<Record<GapReason, ConceptTexts>> = {
  dropped: {
    label: { nl: 'weggevallen door plaatsgebrek', en: 'dropped for lack of room' },
    definition: {
      nl: 'De wachtrij van de gateway was vol; de oudste waarnemingen hebben plaats gemaakt voor nieuwe.',
      en: 'The queue of the gateway was full; the oldest observations made room for new ones.',
    },
  },
  thinned: {
    label: { nl: 'uitgedund', en: 'thinned out' },
    definition: {
      nl: 'De wachtrij van de gateway was vol; van de oudste waarnemingen is er per tijdvak één behouden.',
      en: 'The queue of the gateway was full; of the oldest observations one was kept for each interval.',
    },
  },
  expired: {
    label: { nl: 'te lang gewacht', en: 'waited too long' },
    definition: {
      nl: 'De waarnemingen hebben langer op verzending gewacht dan de gateway ze bewaart.',
      en: 'The observations waited longer to be sent than the gateway keeps them.',
    },
  },
  damaged: {
    label: { nl: 'beschadigd', en: 'damaged' },
    definition: {
      nl: 'De waarnemingen waren op de schijf van de gateway niet meer leesbaar.',
      en: 'The observations could not be read from the disk of the gateway any more.',
    },
  },
  suppressed: {
    label: { nl: 'achtergehouden voor de privacy', en: 'withheld for privacy' },
    definition: {
      nl: 'De tellingen waren te klein om te verzenden zonder iets over personen te zeggen.',
      en: 'The counts were too small to send without saying something about people.',
    },
  },
  superseded: {
    label: { nl: 'achterhaald', en: 'superseded' },
    definition: {
      nl: 'Bij aankomst was er al een nieuwere versie van dezelfde waarnemingen bekend.',
      en: 'On arrival a newer version of the same observations was known already.',
    },
  },
  refused: {
    label: { nl: 'geweigerd', en: 'refused' },
    definition: {
      nl: 'De waarnemingen voldeden niet aan wat over hun datastream vastligt en zijn apart gezet.',
      en: 'The observations did not fit what is known of their datastream and were put aside.',
    },
  },
};
