import { join } from 'node:path';
import { type DeviceId, type RawMessage, splitTelraam } from '@meetbrug/protocols/uplinks';
import type { TelraamConfig } from '../../config/sources/telraam-config.ts';
import type { IntakeOutcome } from '../../intake/intake.ts';
import type { Cancel } from '../../scheduler.ts';
import { divideMessages } from '../divide-messages.ts';
import type { StartSource } from '../start-source.ts';
import { compileTopicRules } from '../topic-rules.ts';
import { planRequests, type TelraamSpan } from './plan-requests.ts';
import { type ReportFault, requestReport } from './request-report.ts';
import { TelraamCursors } from './telraam-cursors.ts';

const MS_PER_SECOND = 1_000;
const RETRY_MS = 30_000;
const RETRY_MAX_MS = 3_600_000;

/**
 * Asks for the reports of every segment again and again, one request at a time. After an outage it goes on where the outbox
 * is; a fault makes it wait, twice as long each time, or as long as the server says.
 */
export const startTelraam: StartSource<TelraamConfig> = (config, surroundings) => {
  const { name, url, segments, pollSeconds } = config;
  const { deliver, nowMs, scheduler, observer, readSecret, dataDir } = surroundings;
  const apiKey = readSecret('apiKeyFile', config.apiKeyFile);
  const cursors = TelraamCursors.open(join(dataDir, 'telraam', `${name}.json`));
  const divided = divideMessages(deliver, compileTopicRules([]), observer);
  const stopping = new AbortController();
  let cancel: Cancel = () => undefined;
  let running = Promise.resolve();
  let retryMs = RETRY_MS;
  let isConnected = false;

  const messageOf = (segment: number, payload: Uint8Array): RawMessage => ({
    topic: `telraam/${name}`,
    payload,
    receivedMs: nowMs(),
    format: 'telraam',
    device: String(segment) as DeviceId,
  });
  const commit = (message: RawMessage) => new Promise<IntakeOutcome>((resolve) => divided(message, resolve));

  const readSpan = async (segment: number, span: TelraamSpan): Promise<ReportFault | undefined> => {
    const report = await requestReport({ url, apiKey, segment, span, signal: stopping.signal });
    if (!report.ok) return report.fault;
    const message = messageOf(segment, report.value);
    // What is no report, as the page of a proxy, must not count as the report of these hours.
    const parts = splitTelraam(message);
    if (!parts.ok) return { code: 'not-understood', detail: parts.fault.detail };
    const outcome = await commit(message);
    if (!outcome.ok) return { code: 'busy', detail: outcome.fault.detail };
    cursors.advance(segment, span.toMs);
    return undefined;
  };

  /** How long to wait until the next round. */
  const readAll = async (): Promise<number> => {
    for (const segment of segments) {
      for (const span of planRequests(cursors.committedToMs(segment), nowMs(), config)) {
        if (stopping.signal.aborted) return 0;
        const fault = await readSpan(segment, span);
        if (fault === undefined) continue;
        if (stopping.signal.aborted) return 0;
        isConnected = false;
        observer.disconnected(`segment ${segment}: ${fault.detail}`);
        const waitMs = Math.min(Math.max(fault.retryAfterMs ?? 0, retryMs), RETRY_MAX_MS);
        retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
        return waitMs;
      }
    }
    retryMs = RETRY_MS;
    if (!isConnected) observer.connected();
    isConnected = true;
    return pollSeconds * MS_PER_SECOND;
  };

  const round = () => {
    running = readAll().then((waitMs) => {
      if (!stopping.signal.aborted) cancel = scheduler.after(waitMs, round);
    });
  };
  round();
  return Promise.resolve({
    async stop() {
      stopping.abort();
      cancel();
      await running;
    },
  });
};
