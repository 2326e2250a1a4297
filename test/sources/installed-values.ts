import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';
import { expect } from 'vitest';
import type { Installation } from '../harness/installation.ts';
import { waitFor } from '../harness/wait-for.ts';

const TIMEOUT_MS = 30_000;

interface SeriesRow {
  readonly begin: string;
  readonly value: number | string;
}

async function fetchJson<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

/** The number of a metric of the edge, all label values together; 0 before it exists. */
export async function edgeMetric({ edgeHttpUrl }: Installation, name: string): Promise<number> {
  const text = await (await fetch(`${edgeHttpUrl}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Waits until a metric of the edge has a value. */
export async function edgeCounts(installation: Installation, name: string, value: number): Promise<void> {
  let last = 0;
  await waitFor(
    async () => {
      last = await edgeMetric(installation, name);
      return last === value || undefined;
    },
    TIMEOUT_MS,
    () => `${name} is ${last}, not ${value}:\n${installation.edge.output().slice(-2_000)}`,
  );
}

/** Everything that the cloud's series has of one sensor: observed property to rows. */
export async function valuesOf(installation: Installation, sensor: string): Promise<Record<string, SeriesRow[]>> {
  const api = `${installation.publicBaseUrl}/api/v1/datastreams`;
  const { datastreams } = await fetchJson<{ datastreams: { key: string }[] }>(`${api}?limit=1000`);
  const own = datastreams.map(({ key }) => key).filter((key) => key.split('.')[1] === sensor);
  const entries = await Promise.all(
    own.map(async (key): Promise<[string, SeriesRow[]]> => {
      const { observations } = await fetchJson<{ observations: SeriesRow[] }>(
        `${api}/${key}/observations?from=2000-01-01T00:00:00Z&limit=1000`,
      );
      const property = Object.values(OBSERVED_PROPERTIES).find(({ name }) => name === key.split('.')[2]);
      return [property?.key ?? expect.fail(key), observations];
    }),
  );
  return Object.fromEntries(entries);
}
