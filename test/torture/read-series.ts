import { datastreamKeySchema, organisationIris } from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES, type Theme } from '@meetbrug/protocols/properties';
import { z } from 'zod';
import type { PublishedMember } from '../end-to-end/compare-feed.ts';
import type { Installation } from '../harness/installation.ts';

const CONCURRENCY = 8;
const LIMIT = 10_000;

const listSchema = z.object({
  datastreams: z.array(z.object({ key: datastreamKeySchema })),
  next: z.string().nullable(),
});

/** What the time series hold, by theme: each observation by its IRI, as often as the API names it. */
export async function readSeries(
  installation: Installation,
  fromMs: number,
): Promise<ReadonlyMap<Theme, readonly (readonly [iri: string, PublishedMember])[]>> {
  const { publicBaseUrl, organisation } = installation;
  const iris = organisationIris(publicBaseUrl, organisation);
  const series = new Map<Theme, (readonly [string, PublishedMember])[]>();
  const keys = await datastreamKeys(publicBaseUrl);
  const readers = Array.from({ length: CONCURRENCY }, async () => {
    for (let key = keys.pop(); key !== undefined; key = keys.pop()) {
      const rows = await readDatastream(publicBaseUrl, key, fromMs);
      const theme = themeOf(key);
      const list = series.get(theme) ?? [];
      for (const { beginMs, value } of rows) list.push([iris.observation(key, beginMs), { value }]);
      series.set(theme, list);
    }
  });
  await Promise.all(readers);
  return series;
}

type DatastreamKey = z.infer<typeof datastreamKeySchema>;

async function datastreamKeys(publicBaseUrl: string): Promise<DatastreamKey[]> {
  const keys: DatastreamKey[] = [];
  let url: string | null = `${publicBaseUrl}/api/v1/datastreams?limit=1000`;
  while (url !== null) {
    const page: z.infer<typeof listSchema> = listSchema.parse(JSON.parse(await textOf(url)));
    keys.push(...page.datastreams.map(({ key }) => key));
    url = page.next;
  }
  return keys;
}

/** The third name of a key is the property's. */
function themeOf(key: DatastreamKey): Theme {
  const name = key.split('.')[2];
  const property = Object.values(OBSERVED_PROPERTIES).find((each) => each.name === name);
  if (property === undefined) throw new Error(`${key} observes nothing that is known`);
  return property.theme;
}

/** Values as written: a parser of JSON would make binary numbers of them. */
const ROW = /\{"begin":"([^"]+)"[^{}]*?"value":([^,]+),/g;

async function readDatastream(publicBaseUrl: string, key: string, fromMs: number) {
  const rows: { beginMs: number; value: string }[] = [];
  const from = new Date(fromMs).toISOString();
  const to = '2100-01-01T00:00:00Z';
  let url: string | null =
    `${publicBaseUrl}/api/v1/datastreams/${key}/observations?from=${from}&to=${to}&limit=${LIMIT}`;
  while (url !== null) {
    const text: string = await textOf(url);
    for (const [, begin = '', value = ''] of text.matchAll(ROW)) rows.push({ beginMs: Date.parse(begin), value });
    url = z.object({ next: z.string().nullable() }).parse(JSON.parse(text)).next;
  }
  return rows;
}

async function textOf(url: string): Promise<string> {
  const response = await fetch(url);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}: ${text.slice(0, 200)}`);
  return text;
}
