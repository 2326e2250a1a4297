import type { Decimal } from '../observation/decimal.ts';
import type { UnitCode } from './units.ts';

/** Themes are the streams of an organisation. */
export const THEMES = ['heat-stress', 'water-level', 'mobility', 'device-status'] as const;
export type Theme = (typeof THEMES)[number];

export interface Text {
  readonly nl: string;
  readonly en: string;
}

/** How a concept of ours relates to somebody else's (SKOS mapping properties). */
export type MatchRelation = 'exactMatch' | 'closeMatch' | 'broadMatch';
export type Match = readonly [relation: MatchRelation, iri: string];

/** OSLO Verkeersmetingen: what of the traffic is measured, and of which road users. */
export interface TrafficCharacteristic {
  /** Entry of the code list VkmVerkeersKenmerkType. */
  readonly type: 'aantal' | 'V85' | 'tijdsgemiddelde_snelheid';
  readonly roadUser: RoadUser;
}

/** A class of road users: an entry of VkmVoertuigType, or one of ours below such an entry. */
export interface RoadUser {
  /** Dutch name in IRIs. */
  readonly name: string;
  readonly label: Text;
  /** Entry of VkmVoertuigType: this very class, or the wider one when `isNarrower`. */
  readonly vehicleType: 'voetganger' | 'fiets' | 'auto' | 'vrachtwagen';
  readonly isNarrower: boolean;
}

/**
 * What is plausible of a value. Beyond it a value is flagged, never refused or removed. Our own starting values for
 * Flanders, wide enough that a heat wave or a storm passes: a city narrows them to its sites. A rule that is absent is
 * not judged: levels have no range or step here, because both belong to the watercourse.
 */
export interface Plausibility {
  /** In the property's unit; both ends are plausible. */
  readonly range?: readonly [min: Decimal, max: Decimal];
  /** How far a value may move: `tolerance` at once (noise, resolution) and `perHour` with time, in the property's unit. */
  readonly step?: { readonly perHour: number; readonly tolerance: number };
  /** The same value for longer is suspect, in a datastream that normally varies. */
  readonly stuckAfterHours?: number;
  /** How far the sensor may lean from how it was mounted. */
  readonly tiltMaxDegrees?: number;
  /** Least share of the interval, 0 to 1, that the sensor must have been watching. */
  readonly uptimeMinShare?: number;
}

/** One concept as reviewed data: what a catalogue file holds for each key. */
export interface PropertyRow {
  /** Dutch name, used in datastream keys and IRIs. */
  readonly name: string;
  readonly theme: Theme;
  readonly label: Text;
  readonly definition: Text;
  readonly unit: UnitCode;
  /** Local name of the QUDT quantity kind. */
  readonly quantityKind: string;
  readonly resolution: Decimal;
  readonly range: readonly [min: Decimal, max: Decimal];
  readonly plausible?: Plausibility;
  readonly matches?: readonly Match[];
  readonly verticalDatum?: string;
  readonly traffic?: TrafficCharacteristic;
}

/** One quantity, of one medium, against one datum: what a city means by a number. */
export interface ObservedProperty {
  /** English key, used in configuration and in the query API. */
  readonly key: string;
  /** Dutch name, used in datastream keys. */
  readonly name: string;
  /** Path of the IRI below `/id/`, in Dutch, as OSLO writes it. */
  readonly path: string;
  readonly label: Text;
  readonly definition: Text;
  readonly theme: Theme;
  /** `quantity`: a decimal with a unit. `count`: a whole number without one. */
  readonly kind: 'quantity' | 'count';
  readonly unit: UnitCode;
  /** QUDT unit IRI (QUDT 3.1). */
  readonly qudtUnit: string;
  /** QUDT quantity kind IRI. */
  readonly quantityKind: string;
  /** Values are rounded half-even to a multiple of this, unless the device profile declares a finer one. */
  readonly resolution: Decimal;
  /** Values outside are refused: no place in Flanders has them. Both ends belong to the range. */
  readonly range: { readonly min: Decimal; readonly max: Decimal };
  /** Values that are not plausible are published with a flag. */
  readonly plausible?: Plausibility;
  /** CSOR variables, CF standard names, OSLO code lists. */
  readonly matches: readonly Match[];
  /** IRI of the vertical reference system that heights are given in: part of what the property means. */
  readonly verticalDatum?: string;
  readonly traffic?: TrafficCharacteristic;
}
