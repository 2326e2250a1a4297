import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { telraamSchema } from '../../config/sources/telraam-config.ts';
import type { IntakeOutcome } from '../../intake/intake.ts';
import { listen } from '../../listen.ts';
import { NO_SESSIONS } from '../../lorawan/sessions.ts';
import type { RunningSource } from '../start-source.ts';
import { Webhooks } from '../webhook/webhooks.ts';
import { startTelraam } from './start-telraam.ts';

const SEGMENT = 9_000_001_234;
const NOW_MS = Date.UTC(2026, 4, 9, 15, 20);
const HOUR_MS = 3_600_000;

interface Asked {
  readonly key: string | undefined;
  readonly body: { readonly id: string; readonly time_start: string; readonly time_end: string };
}

describe('the Telraam source', () => {
  let folder: string;
  let server: Server;
  let url: string;
  let source: RunningSource | undefined;
  const asked: Asked[] = [];
  /** Answers of the API, one a request; the last one for ever. */
  let answers: ((asked: Asked, response: ServerResponse) => void)[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'meetbrug-telraam-'));
    asked.length = 0;
    server = createServer(async (request: IncomingMessage, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const one: Asked = { key: request.headers['x-api-key'] as string, body: JSON.parse(text) as Asked['body'] };
      asked.push(one);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(one, response);
    });
    url = `http://127.0.0.1:${await listen(server, 'test', { host: '127.0.0.1', port: 0 })}/v1/reports/traffic`;
  });
  afterEach(async () => {
    await source?.stop();
    source = undefined;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    rmSync(folder, { recursive: true, force: true });
  });

  /** A row for every hour that was asked for. */
  const report = ({ body }: Asked, response: ServerResponse) => {
    const rows = [];
    const end = Date.parse(body.time_end.replace(' ', 'T'));
    for (let ms = Date.parse(body.time_start.replace(' ', 'T')); ms < end; ms += HOUR_MS) {
      rows.push({
        segment_id: Number(body.id),
        date: new Date(ms).toISOString(),
        interval: 'hourly',
        uptime: 0.9,
        car: 12,
      });
    }
    response.end(JSON.stringify({ status_code: 200, message: 'ok', report: rows }));
  };
  const refuse =
    (status: number, headers: Record<string, string> = {}) =>
    (_: Asked, response: ServerResponse) => {
      response.writeHead(status, headers).end();
    };

  async function start(answer: () => IntakeOutcome = () => ({ ok: true, value: undefined }), nowMs = NOW_MS) {
    const committed: string[] = [];
    const waits: { ms: number; run: () => void }[] = [];
    const observer = { connected: vi.fn(), disconnected: vi.fn(), skipped: vi.fn(), failed: vi.fn() };
    const config = telraamSchema.parse({
      kind: 'telraam',
      name: 'counters',
      url,
      apiKeyFile: 'key',
      segments: [SEGMENT],
      backfillDays: 1,
    });
    source = await startTelraam(config, {
      edge: 'edge-1',
      dataDir: folder,
      nowMs: () => nowMs,
      observer,
      webhooks: new Webhooks(),
      sessions: NO_SESSIONS,
      readSecret: () => 'the key',
      scheduler: {
        immediate: (run) => setImmediate(run),
        every: () => () => undefined,
        after: (ms, run) => {
          waits.push({ ms, run });
          return () => undefined;
        },
      },
      deliver: ({ payload }, done) => {
        const outcome = answer();
        if (outcome.ok) committed.push((JSON.parse(Buffer.from(payload).toString()) as { date: string }).date);
        setImmediate(() => done(outcome));
      },
    });
    const waited = async (count: number) => {
      await vi.waitFor(() => expect(waits).toHaveLength(count), { timeout: 10_000 });
      return waits[count - 1] as { ms: number; run: () => void };
    };
    return { committed, waited, observer };
  }

  it('reads the hours of a day, with the key, and comes again later', async () => {
    answers = [report];
    const { committed, waited } = await start();
    expect((await waited(1)).ms).toBe(900_000);
    expect(committed).toHaveLength(24);
    expect(asked).toEqual([
      {
        key: 'the key',
        body: expect.objectContaining({
          level: 'segments',
          format: 'per-hour',
          id: String(SEGMENT),
          time_start: '2026-05-08 15:00:00Z',
          time_end: '2026-05-09 15:00:00Z',
        }),
      },
    ]);
  });

  it('goes on after an outage of days where its outbox is, some hours before it again', async () => {
    answers = [report];
    await (await start()).waited(1);
    await source?.stop();
    const later = await start(undefined, NOW_MS + 72 * HOUR_MS);
    await later.waited(1);
    expect(asked.at(-1)?.body).toMatchObject({ time_start: '2026-05-09 09:00:00Z', time_end: '2026-05-12 15:00:00Z' });
    expect(later.committed).toHaveLength(78);
  });

  it('asks again for what could not be committed', async () => {
    answers = [report];
    let outcome: IntakeOutcome = { ok: false, fault: { code: 'outbox-full', detail: 'full' } };
    const { committed, waited, observer } = await start(() => outcome);
    const wait = await waited(1);
    expect(observer.disconnected).toHaveBeenCalledWith(`segment ${SEGMENT}: full`);
    outcome = { ok: true, value: undefined };
    wait.run();
    await waited(2);
    expect(committed).toHaveLength(24);
  });

  it('waits as long as the server says, else twice as long each time, and names the key that is refused', async () => {
    answers = [refuse(429, { 'Retry-After': '120' }), refuse(500), refuse(403), report];
    const { waited, observer } = await start();
    const waits = [];
    for (let round = 1; round <= 4; round += 1) {
      const wait = await waited(round);
      waits.push(wait.ms);
      if (round < 4) wait.run();
    }
    expect(waits).toEqual([120_000, 60_000, 120_000, 900_000]);
    expect(observer.disconnected.mock.calls.at(-1)?.[0]).toContain('apiKeyFile');
  });

  it('does not take an answer that is no report for the report of those hours', async () => {
    answers = [(_, response) => response.end('<html>'), report];
    const { committed, waited, observer } = await start();
    const wait = await waited(1);
    expect(observer.disconnected).toHaveBeenCalledOnce();
    wait.run();
    await waited(2);
    expect(committed).toHaveLength(24);
  });
});
