import type { WireObservation } from '@meetbrug/protocols/delivery';
import { startTestCloud, withFolder } from '../cloud/test-cloud.ts';
import { connectEdge, heatDescription, type TestEdge } from '../cloud/test-edge.ts';

/** A cloud with one edge, over real sockets. */
export interface QueryLab {
  readonly publicBaseUrl: string;
  /** The query API. */
  readonly api: string;
  /** Delivers values of the datastream at a place, each with the begin of its phenomenon time. */
  deliver(
    place: number,
    observations: readonly (readonly [beginMs: number, value: string, quality?: number])[],
  ): Promise<void>;
  readonly edge: TestEdge;
}

const BATCH_UPLINKS = 500;

export function keyOf(place: number): string {
  return heatDescription(place).datastream;
}

/** Places lie in a row from west to east, a hundredth of a degree apart. */
export function descriptionOf(place: number) {
  const plain = heatDescription(place);
  return { ...plain, measuringPoint: { ...plain.measuringPoint, longitude: longitudeOf(place) } };
}

export function longitudeOf(place: number): number {
  return (370 + place) / 100;
}

export async function withLab(use: (lab: QueryLab) => Promise<void>): Promise<void> {
  await withFolder(async (dataDir) => {
    const cloud = await startTestCloud({ dataDir });
    const edge = await connectEdge(cloud.ports.mqtt);
    let sequence = 0;
    try {
      await use({
        publicBaseUrl: cloud.publicBaseUrl,
        api: `${cloud.publicBaseUrl}/api/v1`,
        edge,
        async deliver(place, observations) {
          const description = descriptionOf(place);
          for (let from = 0; from === 0 || from < observations.length; from += BATCH_UPLINKS) {
            const uplinks = observations.slice(from, from + BATCH_UPLINKS).map(([beginMs, value, quality = 0]) => {
              sequence += 1;
              const observation: WireObservation = [0, beginMs, null, beginMs, value, quality];
              return [sequence, beginMs, [observation]] as const;
            });
            const datastreams = [[description.datastream, 1]] as const;
            const { refused } = await edge.deliver({ datastreams, descriptions: [description], uplinks });
            if (refused.length > 0) throw new Error(JSON.stringify(refused));
          }
        },
      });
    } finally {
      await edge.end();
      await cloud.stop();
    }
  });
}

export type Json = ReturnType<typeof JSON.parse>;

export async function getJson(url: string): Promise<Json> {
  const response = await fetch(url);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

/** The observations of every page; `between` is called after each. */
export async function walk(url: string, between: () => Promise<void> = async () => undefined): Promise<Json[]> {
  const rows: Json[] = [];
  for (let next: string | null = url; next !== null; ) {
    const page: Json = await getJson(next);
    rows.push(...page.observations);
    next = page.next;
    await between();
  }
  return rows;
}
