import { createKey } from '@meetbrug/cloud/src/access/keys-command.ts';
import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { stringify } from 'yaml';
import { type BenchCloud, createBenchCloud, ORGANISATION, STREAM } from './bench-cloud.ts';
import type { Bench } from './bench-row.ts';
import { openDelivery } from './deliver-batches.ts';
import { ingestRate } from './ingest-rate.ts';

const OUTSIDE_STREAM = 'parking';
const REQUEST_MEMBERS = 1_000;
const REQUESTS_AT_ONCE = 2;
const INGEST_ROUNDS = 3;

/** An observation of a parking as other systems publish them: 13 statements, three blank nodes, in N-Triples. */
function member(number: number): string {
  const subject = `<https://parking.example/id/observation/p${number % 50}#${number}>`;
  const a = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>';
  const sosa = (name: string) => `<http://www.w3.org/ns/sosa/${name}>`;
  const time = `"2026-11-24T12:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>`;
  return `${subject} ${a} ${sosa('Observation')} .
${subject} <http://purl.org/dc/terms/isVersionOf> <https://parking.example/id/observation/p${number % 50}> .
${subject} ${sosa('hasFeatureOfInterest')} <https://parking.example/id/parking/p${number % 50}> .
${subject} ${sosa('observedProperty')} <https://parking.example/id/property/free-places> .
${subject} ${sosa('madeBySensor')} <https://parking.example/id/sensor/s${number % 50}> .
${subject} ${sosa('resultTime')} ${time} .
${subject} ${sosa('phenomenonTime')} _:t${number} .
_:t${number} ${a} <http://www.w3.org/2006/time#Instant> .
_:t${number} <http://www.w3.org/2006/time#inXSDDateTimeStamp> "2026-11-24T12:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTimeStamp> .
${subject} ${sosa('hasResult')} _:r${number} .
_:r${number} <http://qudt.org/schema/qudt/numericValue> "${number % 400}"^^<http://www.w3.org/2001/XMLSchema#integer> .
${subject} <http://www.opengis.net/ont/geosparql#hasGeometry> _:g${number} .
_:g${number} <http://www.opengis.net/ont/geosparql#asWKT> "POINT(3.72 51.05)"^^<http://www.opengis.net/ont/geosparql#wktLiteral> .
`;
}

/** Members a second, posted in requests of a thousand, each answered when it is durable. */
async function measurePosts(cloud: BenchCloud, key: string, members: number): Promise<number> {
  const bodies = Array.from({ length: members / REQUEST_MEMBERS }, (_, request) =>
    Array.from({ length: REQUEST_MEMBERS }, (_, index) => member(request * REQUEST_MEMBERS + index)).join(''),
  );
  const startedMs = performance.now();
  const senders = Array.from({ length: REQUESTS_AT_ONCE }, async () => {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
      const response = await fetch(`${cloud.publicBaseUrl}/ldes/${ORGANISATION}/${OUTSIDE_STREAM}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/n-triples', 'X-API-KEY': key },
        body,
      });
      const { created } = (await response.json()) as { created?: number };
      if (created !== REQUEST_MEMBERS) throw new Error(`a request of the bench created ${created} members`);
    }
  });
  await Promise.all(senders);
  return (members * 1000) / (performance.now() - startedMs);
}

function writeKey(dataDir: string, outside: readonly object[]): string {
  const parsed = parseConfig(stringify({ organisations: [{ name: ORGANISATION, label: 'Demo' }], outside }));
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  const wish = { name: 'bench', streams: [`${ORGANISATION}/${OUTSIDE_STREAM}`], rights: ['write'] };
  const created = createKey({ config: parsed.value, dataDir, nowMs: Date.now() }, wish);
  if (!created.ok) throw new Error(created.fault.detail);
  return created.value.key;
}

async function measure(members: number): Promise<{ readonly posted: number; readonly ingested: number }> {
  const outside = [{ organisation: ORGANISATION, name: OUTSIDE_STREAM, title: 'Demo: parkings' }];
  const cloud = await createBenchCloud({ settings: { outside } });
  try {
    await cloud.program.start();
    const posted = await measurePosts(cloud, writeKey(cloud.dataDir, outside), members);
    const delivery = await openDelivery(cloud.target);
    const ingested = await ingestRate(delivery, 0, INGEST_ROUNDS);
    await delivery.end();
    return { posted, ingested };
  } finally {
    await cloud.remove();
  }
}

export const outsideMembers: Bench = {
  name: 'outside-members',
  about: `members of another system, posted in requests of ${REQUEST_MEMBERS}, beside observations into ${STREAM}`,
  run: async ({ full }) => {
    const members = full ? 100_000 : 10_000;
    const { posted, ingested } = await measure(members);
    return [
      {
        what: `cloud: ${members.toLocaleString('en')} members posted as N-Triples, read and committed`,
        unit: 'members/s',
        ours: posted,
        baseline: { what: 'observations of sensors', value: ingested },
        budget: {},
      },
    ];
  },
};
