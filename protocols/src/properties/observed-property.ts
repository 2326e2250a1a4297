import type { Decimal } from '../observation/decimal.ts';

/** Themes are the streams of an organisation. */
export const THEMES = ['heat-stress', 'water-level', 'mobility', 'device-status'] as const;
export type Theme = (typeof THEMES)[number];

/** UCUM codes that a reading may arrive in or a property is kept in. */
export type UnitCode = 'Cel' | '%' | 'm' | 'cm' | 'mm' | 'V' | 'mV' | 'dB' | 'dB[mW]' | '{count}';

export interface Text {
  readonly nl: string;
  readonly en: string;
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
  /** Values are rounded half-even to a multiple of this, unless the device profile declares a finer one. */
  readonly resolution: Decimal;
  /** Values outside are refused: no place in Flanders has them. Both ends belong to the range. */
  readonly range: { readonly min: Decimal; readonly max: Decimal };
  /** For traffic: the OSLO code-list entry of the vehicle type (VkmVoertuigType). */
  readonly vehicleType?: string;
}
