import type { DatastreamKey } from '../observation/datastream-key.ts';
import { type EpochMs, formatInstant } from '../observation/instant.ts';
import type { ObservationMember } from './member.ts';
import { suppressedBelow } from './observed-result.ts';
import { fixedText } from './point.ts';
import { writeAscii, writeInstant, writeNatural } from './write-ascii.ts';

/**
 * The values of a member that stands for any other: they are found back in the text that a writer makes of it. No text
 * of ours holds them by chance: names have no capitals, colons or hashes, IRIs no braces, and nothing is observed in the
 * last second of the year 9999.
 */
const SENTINEL = {
  organisation: 'ORGANISATION-HOLE',
  datastream: 'DATASTREAM-HOLE' as DatastreamKey,
  feature: 'FEATURE-HOLE',
  sensor: 'SENSOR-HOLE',
  procedure: 'PROCEDURE-HOLE',
  longitude: 123.4567891,
  latitude: -76.5432198,
  beginMs: Date.UTC(9999, 11, 31, 23, 59, 59, 991),
  endMs: Date.UTC(9999, 11, 31, 23, 59, 59, 992),
  resultMs: Date.UTC(9999, 11, 31, 23, 59, 59, 993),
  generatedMs: Date.UTC(9999, 11, 31, 23, 59, 59, 994),
  revision: 9_007_199_254_740_991,
  ordinal: 9_007_199_254_740_990,
  position: 9_007_199_254_740_989,
  value: '{value}',
} as const;

const BEGIN = formatInstant(SENTINEL.beginMs);

/** The most observations that a derived value is computed from. */
const INPUTS_MAX = 16;
const SENTINEL_INPUTS = Array.from({ length: INPUTS_MAX }, (_, number) => ({
  datastream: `INPUT-${number}-HOLE` as DatastreamKey,
  beginMs: Date.UTC(9999, 11, 31, 23, 59, 59, 995),
}));

/** What varies between the members of one template, as the sentinel's text has it; longer before what they begin with. */
const HOLE_TEXTS = {
  version: `${SENTINEL.datastream}/${BEGIN}#${SENTINEL.revision}`,
  observation: `${SENTINEL.datastream}/${BEGIN}`,
  begin: BEGIN,
  end: formatInstant(SENTINEL.endMs),
  result: formatInstant(SENTINEL.resultMs),
  generated: formatInstant(SENTINEL.generatedMs),
  value: SENTINEL.value,
  blank: `_:m${SENTINEL.ordinal}`,
  position: String(SENTINEL.position),
  organisation: SENTINEL.organisation,
  feature: SENTINEL.feature,
  sensor: SENTINEL.sensor,
  procedure: SENTINEL.procedure,
  place: `${SENTINEL.longitude} ${SENTINEL.latitude}`,
} as const;
type HoleName = keyof typeof HOLE_TEXTS;

const HOLE_NAMES = Object.keys(HOLE_TEXTS) as HoleName[];
const FIRST_INPUT = HOLE_NAMES.length;
const HOLES = FIRST_INPUT + INPUTS_MAX;
const HOLE_NUMBERS = new Map<string, number>([
  ...HOLE_NAMES.map((name, number) => [HOLE_TEXTS[name], number] as const),
  ...SENTINEL_INPUTS.map(
    (input, number) => [inputText(input.datastream, input.beginMs), FIRST_INPUT + number] as const,
  ),
]);
const HOLE = new RegExp(`(${[...HOLE_NUMBERS.keys()].join('|')})`);

/** A datastream key is at most 263 characters; an instant and a revision follow it. */
export const SLOT_BYTES = 320;
const TEXT_MAX = 263;
const SLOT = Object.fromEntries(HOLE_NAMES.map((name, number) => [name, number * SLOT_BYTES])) as Record<
  HoleName,
  number
>;

function inputText(datastream: DatastreamKey, beginMs: EpochMs): string {
  return `${datastream}/${formatInstant(beginMs)}`;
}

/**
 * What members of one template have in common: property, direction and kind of time, whether they say their organisation
 * and position, the flags, the number of inputs, the bound of a suppressed count, and the overlay. Whatever else differs is
 * a hole.
 */
export function memberShape(member: ObservationMember): string {
  const { property, direction } = member.description;
  const time = member.endMs === undefined ? 'instant' : 'interval';
  const shape = `${property} ${direction} ${time} ${member.organisation === undefined} ${member.position === undefined}`;
  const isCommon =
    member.flags === undefined &&
    member.inputs === undefined &&
    member.isoOverlay === undefined &&
    member.value.charCodeAt(0) !== SUPPRESSED_MARK;
  return isCommon ? shape : `${shape} ${rareShape(member)}`;
}

const SUPPRESSED_MARK = '<'.charCodeAt(0);

function rareShape({ flags = [], inputs = [], value, isoOverlay = false }: ObservationMember): string {
  return `${flags.join(',')} ${inputs.length} ${suppressedBelow(value)} ${isoOverlay}`;
}

/** The member to make a template of: of the same shape, all else is sentinels. */
export function sentinelMember(member: ObservationMember): ObservationMember {
  const { description, inputs } = member;
  if (inputs !== undefined && inputs.length > INPUTS_MAX) throw new RangeError(`${inputs.length} inputs`);
  const { datastream, feature, sensor, procedure, longitude, latitude, endMs, organisation, position, ...values } =
    SENTINEL;
  return {
    ...member,
    ...values,
    ...(suppressedBelow(member.value) === undefined ? {} : { value: member.value }),
    ...(inputs === undefined ? {} : { inputs: SENTINEL_INPUTS.slice(0, inputs.length) }),
    ...(member.endMs === undefined ? {} : { endMs }),
    ...(member.organisation === undefined ? {} : { organisation }),
    ...(member.position === undefined ? {} : { position }),
    description: {
      ...description,
      datastream,
      measuringPoint: { ...description.measuringPoint, name: feature, longitude, latitude },
      sensor: { ...description.sensor, name: sensor },
      procedure: { ...description.procedure, name: procedure },
    },
  };
}

/** Cuts a text at its holes: even pieces are fixed text, odd pieces the number of a hole. */
export function cutAtHoles(text: string): { fixed: string[]; holes: number[] } {
  const pieces = text.split(HOLE);
  return {
    fixed: pieces.filter((_, index) => index % 2 === 0),
    holes: pieces.filter((_, index) => index % 2 === 1).map((piece) => HOLE_NUMBERS.get(piece) ?? -1),
  };
}

/** The texts that go into the holes of one member: hole `n` is `lengths[n]` bytes from `n * SLOT_BYTES`. */
export interface HoleTexts {
  readonly slots: Uint8Array;
  readonly lengths: Uint16Array;
  fill(member: ObservationMember): void;
}

export function createHoleTexts(): HoleTexts {
  const slots = new Uint8Array(HOLES * SLOT_BYTES);
  const lengths = new Uint16Array(HOLES);

  function close(slot: number, end: number): void {
    lengths[slot / SLOT_BYTES] = end - slot;
  }
  function text(slot: number, content: string): number {
    if (content.length > TEXT_MAX) throw new RangeError(`"${content}" is longer than ${TEXT_MAX} characters`);
    return writeAscii(slots, slot, content);
  }
  /** The version's IRI begins with the observation's. */
  function identity({ description, beginMs, revision }: ObservationMember): void {
    const end = writeInstant(slots, writeAscii(slots, text(SLOT.version, description.datastream), '/'), beginMs);
    slots.copyWithin(SLOT.observation, SLOT.version, end);
    close(SLOT.observation, SLOT.observation + end - SLOT.version);
    close(SLOT.version, writeNatural(slots, writeAscii(slots, end, '#'), revision));
  }

  return {
    slots,
    lengths,
    fill(member) {
      const { measuringPoint, sensor, procedure } = member.description;
      identity(member);
      close(SLOT.begin, writeInstant(slots, SLOT.begin, member.beginMs));
      if (member.endMs !== undefined) close(SLOT.end, writeInstant(slots, SLOT.end, member.endMs));
      close(SLOT.result, writeInstant(slots, SLOT.result, member.resultMs));
      close(SLOT.generated, writeInstant(slots, SLOT.generated, member.generatedMs));
      close(SLOT.value, text(SLOT.value, member.value));
      close(SLOT.blank, writeNatural(slots, writeAscii(slots, SLOT.blank, '_:m'), member.ordinal));
      if (member.position !== undefined) close(SLOT.position, writeNatural(slots, SLOT.position, member.position));
      if (member.organisation !== undefined) close(SLOT.organisation, text(SLOT.organisation, member.organisation));
      close(SLOT.feature, text(SLOT.feature, measuringPoint.name));
      close(SLOT.sensor, text(SLOT.sensor, sensor.name));
      close(SLOT.procedure, text(SLOT.procedure, procedure.name));
      close(
        SLOT.place,
        text(SLOT.place, `${fixedText(measuringPoint.longitude)} ${fixedText(measuringPoint.latitude)}`),
      );
      member.inputs?.forEach(({ datastream, beginMs }, number) => {
        const slot = (FIRST_INPUT + number) * SLOT_BYTES;
        close(slot, writeInstant(slots, writeAscii(slots, text(slot, datastream), '/'), beginMs));
      });
    },
  };
}
