import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { followCommand } from '@meetbrug/cloud/src/follow/follow-command.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFollowingCloud, type FollowingCloud } from './following-cloud.ts';
import { type ForeignFeed, startForeignFeed } from './foreign-server.ts';

const CLI = fileURLToPath(import.meta.resolve('@meetbrug/cloud/src/cli.ts'));

describe('meetbrug-cloud follow', () => {
  let feed: ForeignFeed;
  let folder: FollowingCloud;
  beforeEach(async () => {
    feed = await startForeignFeed({ apiKey: 'a-key' });
    feed.publish(43);
    folder = await createFollowingCloud([]);
    folder.writeFile('key', 'a-key');
  });
  afterEach(async () => {
    await feed.stop();
    folder.remove();
  });

  const keyFile = () => folder.configFile.replace('cloud.yaml', 'key');

  /** As somebody types it. */
  async function type(): Promise<{ code: number; said: string }> {
    const options = ['--into', 'demo/copy', '--config', folder.configFile, '--data-dir', folder.dataDir];
    const child = spawn(
      process.execPath,
      [CLI, 'follow', feed.url, ...options, '--once', '--api-key-file', keyFile()],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = (await once(child, 'exit')) as [number];
    return { code, said };
  }

  /** The same in this process. */
  async function follow(into: string, apiKeyFile?: string) {
    const loaded = loadConfig(folder.configFile);
    if (!loaded.ok) throw new Error(loaded.fault.detail);
    const said: string[] = [];
    const surroundings = {
      say: (line: string) => void said.push(line),
      signal: new AbortController().signal,
      nowMs: Date.now,
    };
    const { dataDir } = folder;
    const result = await followCommand(
      { url: feed.url, into, once: true, apiKeyFile, dataDir },
      loaded.value,
      surroundings,
    );
    return { said, fault: result.ok ? undefined : result.fault.detail };
  }

  it('copies a feed while no cloud runs, goes on where it stopped, and a cloud serves what it copied', async () => {
    const first = await type();
    expect(first.code).toBe(0);
    expect(first.said).toMatch(/^43 members; \d.* a second; pages: 4 read, \d+ open, 0 waiting; caught up$/m);
    feed.publish(5);
    const read = feed.answered.length;
    const second = await follow('demo/copy', keyFile());
    expect(second.said.at(-1)).toMatch(/^5 members \(3 known\); .*; caught up$/);
    // The document of the stream, the root, the page that was open.
    expect(feed.answered.slice(read).filter((path) => /=[1-4]$/.test(path))).toEqual([]);

    const follower = await folder.start();
    try {
      expect([...(await follower.walk()).members.keys()].sort()).toEqual(feed.expected().sort());
      expect((await follow('demo/copy', keyFile())).fault).toMatch(
        /the store in .* is in use by another program: write the feed under "follow"/,
      );
    } finally {
      await follower.cloud.stop();
    }
  });

  it('says what is wrong', async () => {
    expect((await follow('demo/other')).fault).toBe(
      '--into: "demo/other" is not among the streams of outside: demo/copy',
    );
    expect((await follow('copy')).fault).toBe('--into: "copy": write ORGANISATION/STREAM');
    expect((await follow('demo/copy', 'not-there')).fault).toBe('--api-key-file: not-there cannot be read');
    expect((await follow('demo/copy')).fault).toBe(`${feed.url}: answers 401`);
  });
});
