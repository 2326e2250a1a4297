import { type DatastreamDescription, datastreamDescriptionSchema } from '@meetbrug/protocols/observation';

/** An observation as it is delivered; its number in the order of delivery is its revision. */
export interface LateMember {
  readonly sequence: number;
  /** Index in {@link DATASTREAMS}. */
  readonly datastream: number;
  readonly beginMs: number;
  readonly value: string;
}

const PLACES = 10;
const PROPERTIES = [
  { property: 'air-temperature', name: 'luchttemperatuur' },
  { property: 'relative-humidity', name: 'relatieve-luchtvochtigheid' },
] as const;
/** Places apart enough to stand on several map tiles. */
const DEGREES_APART = 0.05;

/** Two properties at each of some places. */
export const DATASTREAMS: readonly DatastreamDescription[] = Array.from({ length: PLACES }, (_, place) =>
  PROPERTIES.map(({ property, name }) => {
    const point = `meetpunt-${place}`;
    return datastreamDescriptionSchema.parse({
      datastream: `${point}.sensor-${place}.${name}.momentaan`,
      version: 1,
      validFromMs: Date.UTC(2026, 0, 1),
      property,
      measuringPoint: { name: point, label: point, longitude: 3.5 + place * DEGREES_APART, latitude: 51.05 },
      sensor: { name: `sensor-${place}`, manufacturer: 'Milesight', model: 'EM300-TH' },
      procedure: { name: 'momentaan', label: 'momentane meting' },
      licence: 'https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0',
    });
  }),
).flat();

const FIRST_RESULT_MS = Date.UTC(2026, 9, 31, 6);
/** Every so many observations one comes late, by this share of all. */
const LATE_EVERY = 10;
const LATE_SHARE = 0.3;
const MINUTE_MS = 60_000;

/** `count` observations, each datastream's a minute apart, in an order of delivery in which a tenth come late. */
export function lateMembers(count: number): LateMember[] {
  const moment = (index: number) => index + (index % LATE_EVERY === 3 ? Math.floor(count * LATE_SHARE) : 0);
  return Array.from({ length: count }, (_, index) => index)
    .sort((one, other) => moment(one) - moment(other))
    .map((index, place) => ({
      sequence: place + 1,
      datastream: index % DATASTREAMS.length,
      beginMs: FIRST_RESULT_MS + Math.floor(index / DATASTREAMS.length) * MINUTE_MS,
      value: `${10 + (index % 20)}.5`,
    }));
}

/** The IRI that the version is published under. */
export function memberIri(publicBaseUrl: string, { datastream, beginMs, sequence }: LateMember): string {
  const begin = new Date(beginMs).toISOString().replace('.000Z', 'Z');
  return `${publicBaseUrl}/id/demo/observatie/${DATASTREAMS[datastream]?.datastream}/${begin}#${sequence}`;
}

/** The newest of each datastream: the greatest time, whatever came last. */
export function newestMembers(members: readonly LateMember[]): LateMember[] {
  const newest = new Map<number, LateMember>();
  for (const member of members) {
    if (member.beginMs >= (newest.get(member.datastream)?.beginMs ?? 0)) newest.set(member.datastream, member);
  }
  return [...newest.values()];
}
