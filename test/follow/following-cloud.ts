import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';
import { Parser } from 'n3';
import { stringify } from 'yaml';
import { freePorts } from '../harness/free-port.ts';
import { waitFor } from '../harness/wait-for.ts';
import { type WalkedView, walkPages } from '../walker/walk-pages.ts';

/** Where our stamp goes: the feeds that are followed here have other times already. */
export const STAMP = 'https://follower.example/ns#receivedAt';

/** A folder with the configuration of a cloud that has one stream from outside, `demo/copy`. */
export interface FollowingCloud {
  readonly configFile: string;
  readonly dataDir: string;
  /** Writes another file of the folder, for settings that name one. */
  writeFile(name: string, text: string): void;
  /** Starts the cloud in this process; throws what it refuses. */
  start(): Promise<RunningFollower>;
  remove(): void;
}

export interface RunningFollower {
  readonly cloud: Cloud;
  /** What it publishes in a stream of `demo`; `copy` where none is named. */
  walk(stream?: string): Promise<WalkedView>;
  /** Waits until that many members are there. */
  holds(members: number, stream?: string): Promise<WalkedView>;
  /** A value of `/metrics`, by the beginning of its line. */
  metric(name: string): Promise<number>;
}

const HOLDS_TIMEOUT_MS = 20_000;

/**
 * Writes the configuration; starts nothing.
 *
 * @param follow entries of `follow`; those that name no stream go into `demo/copy`, each other stream is made as well
 * @param settings further ones of cloud.yaml
 */
export async function createFollowingCloud(
  follow: readonly { readonly url: string; readonly stream?: string; readonly apiKeyFile?: string }[],
  settings: object = {},
): Promise<FollowingCloud> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'meetbrug-follow-')));
  const dataDir = join(folder, 'data');
  const configFile = join(folder, 'cloud.yaml');
  mkdirSync(dataDir);
  const [httpPort] = await freePorts(1);
  const feeds = follow.map((feed) => ({ organisation: 'demo', stream: 'copy', pollSecondsMin: 1, ...feed }));
  const streams = new Set(['copy', ...feeds.map(({ stream }) => stream)]);
  const configuration = {
    publicBaseUrl: `http://127.0.0.1:${httpPort}`,
    http: { port: httpPort },
    mqtt: { port: 0 },
    organisations: [{ name: 'demo', label: 'Demo', streams: [] }],
    ldes: { pageSize: 50, pollingIntervalSeconds: 1 },
    readers: { workers: 1 },
    outside: [...streams].map((name) => ({ organisation: 'demo', name, title: 'Kopie', stampPredicate: STAMP })),
    follow: feeds,
    ...settings,
  };
  writeFileSync(configFile, stringify(configuration));
  return {
    configFile,
    dataDir,
    writeFile: (name, text) => writeFileSync(join(folder, name), text),
    async start() {
      const loaded = loadConfig(configFile);
      if (!loaded.ok) throw new Error(loaded.fault.detail);
      const silent = () => undefined;
      const started = await startCloud(loaded.value, {
        dataDir,
        logger: { info: silent, warn: silent, fatal: silent },
      });
      if (!started.ok) throw new Error(started.fault.detail);
      return follower(started.value);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function follower(cloud: Cloud): RunningFollower {
  const walk = (stream = 'copy') => walkPages({ rootUrl: `${cloud.publicBaseUrl}/ldes/demo/${stream}/by-page` });
  let seen = 0;
  return {
    cloud,
    walk,
    holds: (members, stream) =>
      waitFor(
        async () => {
          const view = await walk(stream);
          seen = view.members.size;
          return seen >= members ? view : undefined;
        },
        HOLDS_TIMEOUT_MS,
        () => `${seen} of ${members} members are there`,
      ),
    async metric(name) {
      const text = await (await fetch(`${cloud.publicBaseUrl}/metrics`)).text();
      const line = text.split('\n').find((line) => line.startsWith(name));
      return Number(line?.slice(line.lastIndexOf(' ') + 1) ?? 0);
    },
  };
}

/** What a page in N-Quads says of one member and of its blank nodes, in lines without their labels. */
export async function statementsOf(pageUrl: string, iri: string): Promise<string[]> {
  const text = await (await fetch(pageUrl, { headers: { accept: 'application/n-quads' } })).text();
  const quads = new Parser({ format: 'application/n-quads' }).parse(text);
  const subjects = new Set([iri]);
  for (const { subject, object } of quads) {
    if (subjects.has(subject.value) && object.termType === 'BlankNode') subjects.add(object.value);
  }
  const name = (term: { termType: string; value: string }) => (term.termType === 'BlankNode' ? '_:' : term.value);
  return quads
    .filter(({ subject }) => subjects.has(subject.value))
    .map(({ subject, predicate, object }) => `${name(subject)} ${predicate.value} ${name(object)}`)
    .sort();
}
