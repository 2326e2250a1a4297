import { existsSync, readFileSync } from 'node:fs';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { Registry } from 'prom-client';
import { streamsOutsideAll } from '../access/outside-all.ts';
import type { CloudConfig, LoadedConfig } from '../config/cloud-config.ts';
import { type FollowedFeedConfig, followedFeedSchema } from '../config/follow-config.ts';
import { readFollowedFeed } from '../config/read-followed-feeds.ts';
import { holdStore } from '../log/hold-store.ts';
import { storeFileOf } from '../log/store-file.ts';
import { startWriter } from '../log/writer.ts';
import { writerSettingsOf } from '../log/writer-settings.ts';
import type { FollowProgress } from './follow-progress.ts';
import { type FollowedFeed, nameOfFeed } from './followed-feed.ts';
import { progressLine } from './progress-line.ts';
import { startFollow } from './start-follow.ts';

export interface FollowCommand {
  readonly url: string;
  /** `ORGANISATION/STREAM`. */
  readonly into: string;
  /** End when there is nothing more to read. */
  readonly once: boolean;
  /** In place of what the configuration says of the feed. */
  readonly apiKeyFile?: string | undefined;
  readonly dataDir: string;
}

export interface FollowCommandSurroundings {
  /** One line for whoever waits. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
}

/** Milliseconds between two lines about progress. */
const SAY_EVERY_MS = 2_000;

/**
 * Follows one feed into the store, without a cloud: as long as nobody else writes to it. What is remembered of the feed is
 * what the cloud itself remembers when it follows the same feed, so either goes on where the other stopped.
 */
export async function followCommand(
  command: FollowCommand,
  loaded: LoadedConfig,
  { say, signal, nowMs }: FollowCommandSurroundings,
): Promise<Result<undefined>> {
  const { dataDir } = command;
  const { publicBaseUrl } = loaded.config;
  const feed = feedOf(command, loaded);
  if (!feed.ok) return feed;
  const file = storeFileOf(dataDir);
  if (!existsSync(dataDir)) return fail('no-folder', `--data-dir: ${dataDir} is not there`);
  const held = holdStore(dataDir);
  if (!held.ok) {
    return fail(
      held.fault.code,
      `${held.fault.detail}: write the feed under "follow" in its configuration, or stop it first`,
    );
  }
  let failure: string | undefined;
  const writer = await startWriter(
    writerSettingsOf(loaded.config, { file, publicBaseUrl, allWithout: streamsOutsideAll(loaded.config) }),
    {
      onCommitted: () => undefined,
      onFailed(detail) {
        failure = detail;
      },
    },
  );
  if (!writer.ok) {
    held.value.release();
    return writer;
  }
  const progress = sayProgress(say, nowMs);
  const follow = startFollow([feed.value], {
    dataDir,
    storeFile: file,
    publicBaseUrl,
    writer: writer.value,
    registry: new Registry(),
    nowMs,
    until: command.once ? 'caught-up' : 'stopped',
    onProgress: (_, reached) => progress.take(reached),
    onFault: (_, detail) => detail !== undefined && say(detail),
    onFailed: (detail) => {
      failure = detail;
    },
  });
  signal.addEventListener('abort', () => void follow.stop(), { once: true });
  if (signal.aborted) await follow.stop();
  const unread = await follow.ended;
  progress.end();
  await writer.value.stop();
  held.value.release();
  const [why = failure] = unread;
  return why === undefined || signal.aborted ? ok(undefined) : fail('not-followed', why);
}

/** The feed as it is configured, or as the command line alone says. */
function feedOf(
  { url, into, apiKeyFile }: FollowCommand,
  { config, followed, outsideShapes = new Map() }: LoadedConfig,
): Result<FollowedFeed> {
  const [organisation = '', stream = '', ...rest] = into.split('/');
  if (stream === '' || rest.length > 0) return fail('bad-name', `--into: "${into}": write ORGANISATION/STREAM`);
  if (!config.outside.some((outside) => outside.organisation === organisation && outside.name === stream)) {
    return fail('no-stream', `--into: "${into}" is not among the streams of outside: ${streamsOf(config)}`);
  }
  if (new URL(config.publicBaseUrl).port === '0') {
    return fail('no-base', 'publicBaseUrl: a port of 0 is known only while a cloud runs');
  }
  const name = nameOfFeed({ url, organisation, stream });
  const configured = followed?.find((feed) => nameOfFeed(feed) === name);
  if (configured !== undefined && apiKeyFile === undefined) return ok(configured);
  const settings = settingsOf(config, { url, organisation, stream }, apiKeyFile);
  if (!settings.ok) return settings;
  const read = readFollowedFeed(settings.value, { outside: config.outside, shapes: outsideShapes }, readSecret);
  return read.ok ? read : fail(read.fault.code, `--api-key-file: ${read.fault.detail.replace(/^apiKeyFile: /, '')}`);
}

function settingsOf(
  { follow }: CloudConfig,
  names: Pick<FollowedFeed, 'url' | 'organisation' | 'stream'>,
  apiKeyFile: string | undefined,
): Result<FollowedFeedConfig, Fault<'bad-feed'>> {
  const configured = follow.find((feed) => nameOfFeed(feed) === nameOfFeed(names));
  const { oauth2, ...settings } = configured ?? { ...names, oauth2: undefined };
  const parsed = followedFeedSchema.safeParse({ ...settings, ...(apiKeyFile === undefined ? {} : { apiKeyFile }) });
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return fail('bad-feed', `${names.url}: ${issue?.message}`);
}

function streamsOf({ outside }: CloudConfig): string {
  return outside.map(({ organisation, name }) => `${organisation}/${name}`).join(', ') || 'there is none';
}

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** A line when something was read, no more often than a terminal needs, and one at the end. */
function sayProgress(say: (line: string) => void, nowMs: () => number) {
  let said = { atMs: nowMs(), members: 0, line: '' };
  let last: FollowProgress | undefined;
  const sayNow = (progress: FollowProgress) => {
    const atMs = nowMs();
    const members = Object.values(progress.members).reduce((sum, count) => sum + count, 0);
    const line = progressLine(progress, ((members - said.members) * 1_000) / Math.max(1, atMs - said.atMs));
    if (line !== said.line) say(line);
    said = { atMs, members, line };
  };
  return {
    take(progress: FollowProgress) {
      const isNews = progress.caughtUp && !last?.caughtUp;
      last = progress;
      if (isNews || nowMs() - said.atMs >= SAY_EVERY_MS) sayNow(progress);
    },
    end() {
      if (last !== undefined) sayNow(last);
      if (last?.refusal !== undefined) say(`last refused: ${last.refusal}`);
    },
  };
}
