import { setTimeout as delay } from 'node:timers/promises';
import { formatInstant, parseInstant } from '@meetbrug/protocols/observation';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { EdgeConfig } from '../config/edge-config.ts';
import { faultLines } from '../config/parse-edge-config.ts';
import { openModels } from '../decode/open-models.ts';
import { readSessions } from '../lorawan/read-sessions.ts';
import { deviceRegistry } from '../normalise/device-registry.ts';
import { configDigest } from './config-digest.ts';
import { dryRunReplay } from './dry-run.ts';
import { describeProgress, remainingRows } from './replay-progress.ts';
import { type ReplaySelection, replaySelectionSchema } from './replay-selection.ts';
import { followReplay, requestReplay } from './request-replay.ts';

/** As the command line gives them. */
export interface ReplayOptions {
  readonly reason?: readonly string[];
  readonly device?: string;
  readonly from?: string;
  readonly to?: string;
  readonly kept: boolean;
  readonly dryRun: boolean;
  readonly wait: boolean;
}

export interface ReplaySurroundings {
  readonly outboxFile: string;
  readonly config: EdgeConfig;
  readonly nowMs: () => number;
  readonly say: (line: string) => void;
}

const PROGRESS_MS = 1_000;
const EXAMPLE = 'such as 2026-11-24T08:00:00+01:00 or 2026-11-24T07:00:00Z';
const NOT_KEPT =
  'not-kept: nothing that could be read again was kept (privacy.unclearedPayloadHours is over, or no rule lets it stay)';

/**
 * Asks for raw forms to be run again, says what that would come to, or follows how far it is. Faults are for people to read.
 * @returns whether anything was asked of the edge
 */
export async function replay(
  options: ReplayOptions,
  surroundings: ReplaySurroundings,
): Promise<Result<{ readonly isRequested: boolean }, Fault>> {
  const selection = readSelection(options);
  if (!selection.ok) return selection;
  const { config, outboxFile, nowMs, say } = surroundings;
  const models = await openModels(config.models, () => performance.now());
  if (!models.ok) return fail('bad-model', `--config: cannot be used:\n${faultLines(models.faults)}`);
  const sessions = readSessions(config.lorawan.sessionsFile);
  if (!sessions.ok) return fail('bad-sessions', `--config: lorawan.sessionsFile: ${sessions.fault.detail}`);
  if (options.dryRun) {
    const devices = deviceRegistry(config, models.value);
    const sayRemaining = thinned(say);
    const progressed = (remaining: number) => sayRemaining(`${remaining} rows to look at`);
    const done = dryRunReplay({
      outboxFile,
      selection: selection.value,
      config,
      devices,
      sessions: sessions.value,
      nowMs: nowMs(),
      progressed,
    });
    if (!done.ok) return done;
    say(`would be: ${describeProgress(done.value)}`);
    if ((done.value.outcomes['not-kept'] ?? 0) > 0) say(NOT_KEPT);
    return ok({ isRequested: false });
  }
  const requested = requestReplay(outboxFile, selection.value, { configuration: configDigest(config), nowMs: nowMs() });
  if (!requested.ok) return requested;
  say(
    `request ${requested.value}: an edge that runs with this configuration begins within seconds, else its next start`,
  );
  const followed = options.wait ? await follow(outboxFile, requested.value, say) : ok(undefined);
  return followed.ok ? ok({ isRequested: true }) : followed;
}

/** The lines of a loop that is faster than anybody reads: one in so much time. */
function thinned(say: (line: string) => void): (line: string) => void {
  let saidMs = performance.now();
  return (line) => {
    if (performance.now() - saidMs < PROGRESS_MS) return;
    saidMs = performance.now();
    say(line);
  };
}

function readSelection({ reason, device, from, to, kept }: ReplayOptions): Result<ReplaySelection, Fault> {
  const fromMs = from === undefined ? undefined : parseInstant(from);
  const toMs = to === undefined ? undefined : parseInstant(to);
  if (from !== undefined && fromMs === undefined) return badTime('--from', from);
  if (to !== undefined && toMs === undefined) return badTime('--to', to);
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs)
    return fail('bad-time', '--to: must be later than --from');
  const selection = replaySelectionSchema.safeParse({
    ...(reason === undefined ? {} : { reasons: reason }),
    ...(device === undefined ? {} : { device }),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
    kept,
  });
  if (selection.success) return ok(selection.data);
  const [issue] = selection.error.issues;
  return fail('bad-option', `${issue?.path[0] === 'device' ? '--device' : '--reason'}: ${issue?.message}`);
}

function badTime(option: string, text: string): Result<never, Fault> {
  return fail('bad-time', `${option}: "${text}" is no time with its zone, ${EXAMPLE}`);
}

async function follow(outboxFile: string, id: number, say: (line: string) => void): Promise<Result<undefined, Fault>> {
  let said = '';
  const sayOnce = (line: string) => {
    if (line !== said) say(line);
    said = line;
  };
  for (;;) {
    const followed = followReplay(outboxFile, id);
    if (!followed.ok) return followed;
    if (followed.value === undefined) return ok(undefined);
    const { takenMs, isDone, progress } = followed.value;
    if (isDone) {
      say(`done: ${describeProgress(progress)}`);
      if ((progress.outcomes['not-kept'] ?? 0) > 0) say(NOT_KEPT);
      return ok(undefined);
    }
    if (takenMs === undefined)
      sayOnce('waiting for an edge with this configuration: is it running, was it started again?');
    else
      sayOnce(
        `${remainingRows(progress)} rows to look at since ${formatInstant(takenMs)}: ${describeProgress(progress)}`,
      );
    await delay(PROGRESS_MS);
  }
}
