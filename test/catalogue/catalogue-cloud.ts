import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';
import { SECRET } from '../cloud/test-cloud.ts';

/** A cloud with two organisations, two views beside `by-page`, a stream of all organisations, and a catalogue. */
export async function startCatalogueCloud(
  dataDir: string,
  catalogue: string,
  publicBaseUrl = 'http://127.0.0.1:0',
): Promise<Cloud> {
  const parsed = parseConfig(`
publicBaseUrl: ${publicBaseUrl}
http: { port: 0 }
mqtt: { port: 0 }
organisations:
  - { name: demo, label: Demo, streams: [heat-stress, mobility], publisher: { type: local-authority } }
  - { name: other, label: Ander & Co, streams: [heat-stress], publisher: { iri: 'https://ander.example/id' } }
ldes:
  allStreams: [heat-stress]
  views: [{ kind: by-time, name: per-uur }, { kind: latest, buckets: 4 }]
catalogue: ${catalogue}`);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  const silent = () => undefined;
  const logger = { info: silent, warn: silent, fatal: silent };
  const edges = [{ name: 'edge-a', organisation: 'demo', secret: SECRET }];
  const started = await startCloud({ config: parsed.value, edges }, { dataDir, logger });
  if (!started.ok) throw new Error(started.fault.detail);
  return started.value;
}

/** All that somebody has to say, and data of high value. */
export const COMPLETE = `
  publisher: { name: Samenwerking, type: non-profit }
  contact: { name: Dienst data, email: data@demo.example }
  highValue: [{ streams: [heat-stress], categories: [meteorological] }]`;
