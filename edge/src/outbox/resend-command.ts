import { setTimeout as delay } from 'node:timers/promises';
import { formatInstant, parseInstant } from '@meetbrug/protocols/observation';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { requestResend, resendProgress } from './resend-request.ts';

export interface ResendOptions {
  readonly outboxFile: string;
  readonly from: string;
  readonly to: string;
  readonly waits: boolean;
  readonly nowMs: number;
  readonly say: (line: string) => void;
}

const PROGRESS_MS = 1_000;
const EXAMPLE = 'such as 2026-11-24T08:00:00+01:00 or 2026-11-24T07:00:00Z';

/** Asks for kept uplinks to be sent again, and follows how far they are if asked to. Faults are for people to read. */
export async function resend(options: ResendOptions): Promise<Result<undefined, Fault>> {
  const { outboxFile, nowMs, say } = options;
  const fromMs = parseInstant(options.from);
  const toMs = parseInstant(options.to);
  if (fromMs === undefined) return fail('bad-time', `--from: "${options.from}" is no time with its zone, ${EXAMPLE}`);
  if (toMs === undefined) return fail('bad-time', `--to: "${options.to}" is no time with its zone, ${EXAMPLE}`);
  if (fromMs >= toMs) return fail('bad-time', '--to: must be later than --from');

  const requested = requestResend(outboxFile, { fromMs, toMs, nowMs });
  if (!requested.ok) return requested;
  const { id, uplinkCount, oldestKeptMs, missingCount } = requested.value;
  say(`request ${id}: ${uplinkCount} uplinks will be sent, after live data`);
  if (fromMs < oldestKeptMs) {
    say(`nothing is kept from before ${formatInstant(oldestKeptMs)} (see outbox.keepAcknowledgedDays)`);
  }
  if (missingCount > 0) say(`${missingCount} uplinks among them are no longer kept`);
  return options.waits ? follow(outboxFile, id, say) : ok(undefined);
}

async function follow(outboxFile: string, id: number, say: (line: string) => void): Promise<Result<undefined, Fault>> {
  let said = '';
  for (;;) {
    const progress = resendProgress(outboxFile, id);
    if (!progress.ok) return progress;
    if (progress.value === undefined || progress.value.pendingCount === 0) {
      say('done: nothing of it is left to send');
      return ok(undefined);
    }
    const { takenMs, pendingCount } = progress.value;
    const line =
      takenMs === undefined ? 'waiting for the edge to take it up: is it running?' : `${pendingCount} uplinks to go`;
    if (line !== said) say(line);
    said = line;
    await delay(PROGRESS_MS);
  }
}
