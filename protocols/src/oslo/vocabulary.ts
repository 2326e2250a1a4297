import { QUALITY_FLAGS, type QualityFlag } from '../observation/quality.ts';
import {
  OBSERVED_PROPERTIES,
  type ObservedProperty,
  PROPERTY_KEYS,
  type RoadUser,
  type Text,
  THEME_CONCEPTS,
  THEMES,
  type Theme,
} from '../properties/mod.ts';
import { GAP_METRIC, GAP_REASON_CONCEPTS, GAP_REASONS, type GapReason } from './gap-concepts.ts';
import { QUALITY_CONCEPTS } from './quality-concepts.ts';

interface ConceptText {
  /** Path of the IRI below `/id/`. */
  readonly path: string;
  readonly label: Text;
  readonly definition: Text;
}

export type PropertyConcept = ConceptText & { readonly kind: 'property'; readonly property: ObservedProperty };
export type ThemeEntry = ConceptText & { readonly kind: 'theme'; readonly theme: Theme };
export type RoadUserConcept = ConceptText & { readonly kind: 'road-user'; readonly roadUser: RoadUser };
export type QualityConcept = ConceptText & { readonly kind: 'quality'; readonly flag: QualityFlag };
export type GapMetricConcept = ConceptText & { readonly kind: 'gap-metric' };
export type GapReasonConcept = ConceptText & { readonly kind: 'gap-reason'; readonly reason: GapReason };

/** One entry of the lexicon. */
export type Concept =
  | PropertyConcept
  | ThemeEntry
  | RoadUserConcept
  | QualityConcept
  | GapMetricConcept
  | GapReasonConcept;

/** A list of concepts of one kind, with an IRI of its own. */
export interface ConceptScheme {
  readonly path: string;
  readonly title: Text;
  readonly description: Text;
  readonly concepts: readonly Concept[];
}

const PROPERTY_SCHEME = 'concept/geobserveerd-kenmerk';
const THEME_SCHEME = 'concept/thema';
const ROAD_USER_SCHEME = 'concept/voertuigtype';
const QUALITY_SCHEME = 'concept/kwaliteitskenmerk';
const GAP_REASON_SCHEME = 'concept/hiaatreden';
const CODE_LISTS = 'https://data.vlaanderen.be/id/concept';

/** Path below `/id/` of a theme's concept. */
export function themePath(theme: Theme): string {
  return `${THEME_SCHEME}/${THEME_CONCEPTS[theme].name}`;
}

/** Path below `/id/` of what a quality flag measures. */
export function qualityPath(flag: QualityFlag): string {
  return `${QUALITY_SCHEME}/${flag}`;
}

/** Path below `/id/` of what a gap measures. */
export const GAP_METRIC_PATH = `${QUALITY_SCHEME}/hiaat`;

/** Path below `/id/` of a reason why observations are missing. */
export function gapReasonPath(reason: GapReason): string {
  return `${GAP_REASON_SCHEME}/${reason}`;
}

/** The IRI of a class of road users: OSLO's own where its code list has it, one of ours below it otherwise. */
export function roadUserIri(publicBaseUrl: string, { name, vehicleType, isNarrower }: RoadUser): string {
  return isNarrower ? `${publicBaseUrl}/id/${ROAD_USER_SCHEME}/${name}` : vehicleTypeIri(vehicleType);
}

export function vehicleTypeIri(vehicleType: RoadUser['vehicleType']): string {
  return `${CODE_LISTS}/VkmVoertuigType/${vehicleType}`;
}

export function characteristicTypeIri(type: NonNullable<ObservedProperty['traffic']>['type']): string {
  return `${CODE_LISTS}/VkmVerkeersKenmerkType/${type}`;
}

function propertyConcepts(): PropertyConcept[] {
  return PROPERTY_KEYS.map((key) => {
    const property = OBSERVED_PROPERTIES[key];
    const { path, label, definition } = property;
    return { kind: 'property', path, label, definition, property };
  });
}

/** The classes of ours; the others are OSLO's and described there. */
function roadUserConcepts(): RoadUserConcept[] {
  const ours = new Map<string, RoadUser>();
  for (const key of PROPERTY_KEYS) {
    const roadUser = OBSERVED_PROPERTIES[key].traffic?.roadUser;
    if (roadUser?.isNarrower === true) ours.set(roadUser.name, roadUser);
  }
  return [...ours.values()].map((roadUser) => ({
    kind: 'road-user',
    path: `${ROAD_USER_SCHEME}/${roadUser.name}`,
    label: roadUser.label,
    definition: {
      nl: `${roadUser.label.nl}: een klasse die OSLO Verkeersmetingen niet apart kent, onder "${roadUser.vehicleType}".`,
      en: `${roadUser.label.en}: a class that OSLO Verkeersmetingen does not have, below "${roadUser.vehicleType}".`,
    },
    roadUser,
  }));
}

/** Everything that the lexicon holds. The properties come first: they are what a city means by its numbers. */
export const CONCEPT_SCHEMES: readonly [properties: ConceptScheme, ...others: ConceptScheme[]] = [
  {
    path: PROPERTY_SCHEME,
    title: { nl: 'Geobserveerde kenmerken', en: 'Observed properties' },
    description: {
      nl: 'Wat er gemeten wordt, in woorden die elke stad deelt.',
      en: 'What is measured, in words that every city shares.',
    },
    concepts: propertyConcepts(),
  },
  {
    path: THEME_SCHEME,
    title: { nl: "Thema's", en: 'Themes' },
    description: {
      nl: 'Waar de metingen over gaan. Elk thema is een gegevensstroom.',
      en: 'What the measurements are about. Each theme is a stream of data.',
    },
    concepts: THEMES.map((theme) => {
      const { label, definition } = THEME_CONCEPTS[theme];
      return { kind: 'theme', path: themePath(theme), label, definition, theme };
    }),
  },
  {
    path: ROAD_USER_SCHEME,
    title: { nl: 'Voertuigtypes', en: 'Classes of road users' },
    description: {
      nl: 'Weggebruikers die fijner ingedeeld zijn dan in OSLO Verkeersmetingen.',
      en: 'Road users in finer classes than those of OSLO Verkeersmetingen.',
    },
    concepts: roadUserConcepts(),
  },
  {
    path: QUALITY_SCHEME,
    title: { nl: 'Kwaliteitskenmerken', en: 'Quality flags' },
    description: {
      nl: 'Wat er tegen een waarde in te brengen is (een waarde met een kenmerk wordt nooit verwijderd), en wat er ontbreekt.',
      en: 'What can be said against a value (a value with a flag is never removed), and what is missing.',
    },
    concepts: [
      ...QUALITY_FLAGS.map(
        (flag): QualityConcept => ({
          kind: 'quality',
          path: qualityPath(flag),
          ...QUALITY_CONCEPTS[flag],
          flag,
        }),
      ),
      { kind: 'gap-metric', path: GAP_METRIC_PATH, ...GAP_METRIC },
    ],
  },
  {
    path: GAP_REASON_SCHEME,
    title: { nl: 'Redenen van hiaten', en: 'Reasons of gaps' },
    description: {
      nl: 'Waarom waarnemingen die gemaakt zijn niet in een gegevensstroom staan.',
      en: 'Why observations that were made are not in a stream of data.',
    },
    concepts: GAP_REASONS.map((reason) => ({
      kind: 'gap-reason',
      path: gapReasonPath(reason),
      ...GAP_REASON_CONCEPTS[reason],
      reason,
    })),
  },
];

const CONCEPTS = new Map(
  CONCEPT_SCHEMES.flatMap((scheme) => scheme.concepts.map((concept) => [concept.path, { concept, scheme }] as const)),
);
const SCHEMES = new Map(CONCEPT_SCHEMES.map((scheme) => [scheme.path, scheme]));

/** The concept at a path below `/id/`, with its scheme. */
export function findConcept(path: string): { readonly concept: Concept; readonly scheme: ConceptScheme } | undefined {
  return CONCEPTS.get(path);
}

/** The scheme at a path below `/id/`. */
export function findConceptScheme(path: string): ConceptScheme | undefined {
  return SCHEMES.get(path);
}
