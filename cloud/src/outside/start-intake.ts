import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { IntakeReply, IntakeRequest, IntakeSettings, PostedDocument } from './intake-messages.ts';
import type { DocumentFaultCode } from './parse-document.ts';
import type { ReadMember } from './read-members.ts';

/** `too-much-work`: it took more time or memory than one document may. */
export type IntakeFaultCode = DocumentFaultCode | 'too-much-work' | 'intake-stopped';
export type IntakeAnswer = Result<readonly ReadMember[], Fault<IntakeFaultCode>>;

export interface Intake {
  /** Reads a document on a thread of its own; those that wait are read in the order in which they came. */
  read(document: PostedDocument): Promise<IntakeAnswer>;
  stop(): Promise<void>;
}

const STOPPED: IntakeAnswer = fail('intake-stopped', 'the cloud is stopping');
/** Time for one document; the thread is ended after it and another takes its place. */
const DEADLINE_MS = 30_000;
/** Memory of the thread for what it makes of a document. */
const HEAP_MIB_MAX = 1_024;

/** Starts the thread; a fault says what the operator must change. */
export async function startIntake(
  settings: IntakeSettings,
  deadlineMs = DEADLINE_MS,
): Promise<Result<Intake, Fault<'shapes-unusable'>>> {
  const first = await startWorker(settings);
  if (!first.ok) return first;
  let worker: Worker | undefined = first.value;
  let turn: Promise<unknown> = Promise.resolve();
  let lastId = 0;
  const stopping = new AbortController();

  const readNow = async (document: PostedDocument): Promise<IntakeAnswer> => {
    if (stopping.signal.aborted) return STOPPED;
    worker ??= await restart();
    const reading = worker;
    worker = undefined;
    const outcome = await readOn(
      reading,
      { id: ++lastId, ...document },
      AbortSignal.any([stopping.signal, AbortSignal.timeout(deadlineMs)]),
    );
    if (outcome !== undefined) {
      worker = reading;
      return outcome;
    }
    await reading.terminate();
    return stopping.signal.aborted
      ? STOPPED
      : fail('too-much-work', 'the document takes more time or memory than one may: send its members in parts');
  };

  async function restart(): Promise<Worker> {
    const again = await startWorker(settings);
    if (!again.ok) throw new Error(again.fault.detail);
    return again.value;
  }

  return ok({
    read(document) {
      const answer = turn.then(() => readNow(document));
      turn = answer.catch(() => undefined);
      return answer;
    },
    async stop() {
      stopping.abort();
      await turn;
      await worker?.terminate();
    },
  });
}

async function startWorker(settings: IntakeSettings): Promise<Result<Worker, Fault<'shapes-unusable'>>> {
  const worker = new Worker(new URL('./intake-worker.ts', import.meta.url), {
    workerData: settings,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
  });
  const [reply] = (await once(worker, 'message')) as [IntakeReply];
  if (reply.kind === 'ready') return ok(worker);
  await worker.terminate();
  return fail('shapes-unusable', reply.kind === 'refused' ? reply.detail : `the intake answered ${reply.kind}`);
}

/** Undefined when the thread found no room for it or was told to give it up; rejects when it failed otherwise. */
async function readOn(worker: Worker, request: IntakeRequest, giveUp: AbortSignal): Promise<IntakeAnswer | undefined> {
  try {
    const answer = once(worker, 'message', { signal: giveUp });
    worker.postMessage(request);
    const [reply] = (await answer) as [IntakeReply];
    if (reply.kind !== 'read' || reply.id !== request.id) throw new Error(`the intake answered ${reply.kind}`);
    return reply.read;
  } catch (error) {
    if (giveUp.aborted || (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') return undefined;
    throw error;
  }
}
