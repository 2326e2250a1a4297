import type { Channel } from '../devices/device-profile.ts';
import type { Decimal } from '../observation/decimal.ts';
import { exactDecimal } from '../observation/decimal.ts';
import { EVERY, type PathStep, parseFieldPath } from './field-path.ts';

export const TIME_FORMATS = ['iso', 's', 'ms', 'iso-local'] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

export const DEFAULT_ZONE = 'Europe/Brussels';

/** One field of a decoded object and what it means: `value = read × scale + offset`, in the channel's unit. */
export interface MappingField extends Omit<Channel, 'alternatives'> {
  /** As {@link parseFieldPath}. */
  readonly path: string;
  /** The last name of the path by default, but for `value`. Fields of one channel are one quantity: the live value and its history. */
  readonly channel?: string;
  readonly scale?: Decimal;
  readonly offset?: Decimal;
  /** What the device writes where it could not measure, before scale and offset. */
  readonly missing?: readonly (number | string)[];
  /** Path to the time of the value, from the array entry that holds it, or from the top where there is none. */
  readonly time?: string;
  /** RFC 3339 with a zone by default. */
  readonly timeFormat?: TimeFormat;
  /** Zone of `iso-local`; {@link DEFAULT_ZONE} by default. */
  readonly zone?: string;
}

/** A field, ready to be read. */
export interface CompiledField {
  readonly channel: string;
  readonly meaning: Channel;
  /** To the innermost array entry that holds the value. */
  readonly entry: readonly PathStep[];
  /** From that entry to the value. */
  readonly value: readonly PathStep[];
  readonly time?: CompiledTime;
  readonly scaling?: { readonly factor: Decimal; readonly offset: Decimal };
  readonly missingNumbers: ReadonlySet<number>;
  readonly missingTexts: ReadonlySet<string>;
}

export interface CompiledTime {
  /** From the entry. */
  readonly steps: readonly PathStep[];
  readonly format: TimeFormat;
  readonly zone: string;
}

export interface FieldFault {
  /** Setting of the field. */
  readonly setting: 'path' | 'time' | 'channel';
  readonly detail: string;
}

export type CompiledOrFault = { readonly ok: true; readonly value: CompiledField } | FieldRefusal;
interface FieldRefusal {
  readonly ok: false;
  readonly fault: FieldFault;
}

const ZERO = exactDecimal(0);
const ONE = exactDecimal(1);

/** Prepares one field, or says which of its settings cannot be. */
export function compileField(field: MappingField): CompiledOrFault {
  const steps = parseFieldPath(field.path);
  if (steps === undefined) {
    return refuse('path', `"${field.path}" is no path: write history[].temperature, messages[0].value or value`);
  }
  const every = steps.lastIndexOf(EVERY);
  const time = compileTime(field);
  if (time === 'no-path') return refuse('time', `"${field.time}" is no path from the entry that holds the value`);
  if (every !== -1 && time === undefined) {
    return refuse('time', `${field.path} gives several values: name the field with the time of each, or one entry [0]`);
  }
  const channel = field.channel ?? lastName(steps);
  if (channel === undefined) return refuse('channel', `${field.path} has no name to call the channel by: add one`);
  const scaled = field.scale !== undefined || field.offset !== undefined;
  const missing = field.missing ?? [];
  return {
    ok: true,
    value: {
      channel,
      meaning: meaningOf(field),
      entry: steps.slice(0, every + 1),
      value: steps.slice(every + 1),
      ...(time === undefined ? {} : { time }),
      ...(scaled ? { scaling: { factor: field.scale ?? ONE, offset: field.offset ?? ZERO } } : {}),
      missingNumbers: new Set(missing.filter((value) => typeof value === 'number')),
      missingTexts: new Set(missing.filter((value) => typeof value === 'string')),
    },
  };
}

/** Formats that say unit and time beside a value call it `value`, under the name of the quantity. */
function lastName(steps: readonly PathStep[]): string | undefined {
  const names = steps.filter((step) => typeof step === 'string');
  return names.findLast((name) => name !== 'value') ?? names.at(-1);
}

function compileTime({ time, timeFormat = 'iso', zone = DEFAULT_ZONE }: MappingField) {
  if (time === undefined) return undefined;
  const steps = parseFieldPath(time);
  if (steps === undefined || steps.includes(EVERY)) return 'no-path';
  return { steps, format: timeFormat, zone } satisfies CompiledTime;
}

function meaningOf({ property, unit, resolution, direction, overInterval, counter }: MappingField): Channel {
  return {
    property,
    unit,
    ...(resolution === undefined ? {} : { resolution }),
    ...(direction === undefined ? {} : { direction }),
    ...(overInterval === undefined ? {} : { overInterval }),
    ...(counter === undefined ? {} : { counter }),
  };
}

function refuse(setting: FieldFault['setting'], detail: string): FieldRefusal {
  return { ok: false, fault: { setting, detail } };
}
