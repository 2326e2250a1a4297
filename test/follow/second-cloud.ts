import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { freePorts } from '../harness/free-port.ts';
import { createProgram, type Program } from '../harness/program.ts';
import { STAMP } from './following-cloud.ts';

/** A cloud in a process of its own that takes nothing from edges: it follows feeds into streams of the same names. */
export interface SecondCloud {
  readonly program: Program;
  readonly publicBaseUrl: string;
  viewUrl(stream: string): string;
  remove(): Promise<void>;
}

const CLOUD_CLI = fileURLToPath(new URL('../../cloud/src/cli.ts', import.meta.url));
const ORGANISATION = 'copies';

/** @param feeds address of each feed, by the stream that it goes into */
export async function createSecondCloud(feeds: ReadonlyMap<string, string>): Promise<SecondCloud> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'meetbrug-second-')));
  const [http, mqtt] = await freePorts(2);
  const publicBaseUrl = `http://127.0.0.1:${http}`;
  const configFile = join(folder, 'cloud.yaml');
  const nameOf = (stream: string) => `${stream}-copy`;
  writeFileSync(
    configFile,
    stringify({
      publicBaseUrl,
      http: { port: http },
      mqtt: { port: mqtt },
      organisations: [{ name: ORGANISATION, label: 'Kopieën', streams: [] }],
      ldes: { pageSize: 100, fanOut: 8, pollingIntervalSeconds: 1 },
      readers: { workers: 1 },
      outside: [...feeds.keys()].map((stream) => ({
        organisation: ORGANISATION,
        name: nameOf(stream),
        title: `Kopie van ${stream}`,
        stampPredicate: STAMP,
      })),
      follow: [...feeds].map(([stream, url]) => ({
        url,
        organisation: ORGANISATION,
        stream: nameOf(stream),
        pollSecondsMin: 1,
      })),
    }),
  );
  const program = createProgram({
    name: 'second cloud',
    nodeArguments: [CLOUD_CLI, 'serve', '--config', configFile, '--data-dir', join(folder, 'data')],
    healthUrl: `${publicBaseUrl}/healthz`,
  });
  return {
    program,
    publicBaseUrl,
    viewUrl: (stream) => `${publicBaseUrl}/ldes/${ORGANISATION}/${nameOf(stream)}/by-page`,
    remove: async () => {
      await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
