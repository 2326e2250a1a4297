import { Worker } from 'node:worker_threads';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { ReadScope } from '../access/read-scope.ts';
import type { ReadAnswer, ReadReply, ReadRequest, ReadTask } from './read-tasks.ts';

export type ReadFaultCode = 'readers-busy' | 'deadline' | 'read-failed' | 'readers-stopped';
type Outcome = Result<unknown, Fault<ReadFaultCode>>;

export interface ReadPoolSettings {
  /** Module that a worker runs, and what it is started with. */
  readonly module: URL;
  readonly workerData: unknown;
  readonly workers: number;
  /** Tasks that may wait; a further one is refused with `readers-busy`. */
  readonly waitingMax: number;
  /** A worker that takes longer over one task is ended, another takes its seat; the task fails with `deadline`. */
  readonly deadlineMs: number;
}

/**
 * `first`: the next reader that is free takes it. `behind`: only the last reader takes it, and only when nothing else waits,
 * so that work that goes on for long keeps at most one reader busy, a task at a time, and finds there what it read before.
 */
export type ReadTurn = 'first' | 'behind';

export interface ReadPool {
  /**
   * Answers a task with what its reader may read.
   * @param turn `first` without it
   */
  run<Task extends ReadTask>(
    task: Task,
    scope: ReadScope,
    turn?: ReadTurn,
  ): Promise<Result<ReadAnswer<Task>, Fault<ReadFaultCode>>>;
  /** Workers that were replaced since the start. */
  replaced(): number;
  stop(): Promise<void>;
}

interface Waiting {
  readonly task: ReadTask;
  readonly closed: readonly string[];
  readonly settle: (outcome: Outcome) => void;
}

interface Seat {
  worker: Worker | undefined;
  /** Settles with the first word of the worker, or its end: one that is ended while it loads SQLite takes the process along. */
  begun: Promise<unknown>;
  busy:
    | { readonly id: number; readonly settle: (outcome: Outcome) => void; readonly timer: NodeJS.Timeout }
    | undefined;
}

/** Threads that read the store, each with one task at a time; each says a word, of no task, once it has loaded. */
export function startReadPool(settings: ReadPoolSettings): ReadPool {
  const waiting: Record<ReadTurn, Waiting[]> = { first: [], behind: [] };
  const seats: Seat[] = [];
  let lastId = 0;
  let replaced = 0;
  let stopped = false;

  const finish = (seat: Seat, outcome: Outcome) => {
    const { busy } = seat;
    if (busy === undefined) return;
    clearTimeout(busy.timer);
    seat.busy = undefined;
    busy.settle(outcome);
  };

  const hire = (seat: Seat): Worker => {
    const { module, workerData } = settings;
    const worker = new Worker(module, { workerData });
    seat.begun = new Promise<void>((resolve) => worker.once('message', resolve).once('exit', resolve));
    worker.on('message', (reply: ReadReply) => {
      if (reply.id !== seat.busy?.id) return;
      finish(seat, 'failure' in reply ? fail('read-failed', reply.failure) : ok(reply.answer));
      dispatch();
    });
    // An error ends the thread, so an exit follows.
    worker.on('error', (error: Error) => finish(seat, fail('read-failed', error.message)));
    worker.on('exit', () => {
      if (seat.worker === worker) dismiss(seat, fail('read-failed', 'the reader has ended'));
    });
    return worker;
  };

  /** Leaves the seat empty; the next task that needs it hires, so a worker that cannot start is not started in a loop. */
  const dismiss = (seat: Seat, outcome: Outcome) => {
    const { worker, begun } = seat;
    void begun.then(() => worker?.terminate());
    seat.worker = undefined;
    replaced += 1;
    finish(seat, outcome);
    dispatch();
  };

  const dispatch = () => {
    for (const seat of seats) {
      if (seat.busy !== undefined || stopped) continue;
      const next = waiting.first.shift() ?? (seat === seats.at(-1) ? waiting.behind.shift() : undefined);
      if (next === undefined) continue;
      const id = ++lastId;
      const expire = () => dismiss(seat, fail('deadline', `no answer within ${settings.deadlineMs} ms`));
      seat.busy = { id, settle: next.settle, timer: setTimeout(expire, settings.deadlineMs) };
      seat.worker ??= hire(seat);
      seat.worker.postMessage({ id, task: next.task, closed: next.closed } satisfies ReadRequest);
    }
  };

  for (let index = 0; index < settings.workers; index++) {
    const seat: Seat = { worker: undefined, begun: Promise.resolve(), busy: undefined };
    seat.worker = hire(seat);
    seats.push(seat);
  }

  return {
    run<Task extends ReadTask>(task: Task, { closed }: ReadScope, turn: ReadTurn = 'first') {
      type Answer = Result<ReadAnswer<Task>, Fault<ReadFaultCode>>;
      if (stopped) return Promise.resolve<Answer>(fail('readers-stopped', 'the readers have stopped'));
      if (waiting.first.length + waiting.behind.length >= settings.waitingMax) {
        return Promise.resolve<Answer>(fail('readers-busy', `${settings.waitingMax} requests wait already`));
      }
      return new Promise<Answer>((resolve) => {
        waiting[turn].push({ task, closed, settle: resolve as (outcome: Outcome) => void });
        dispatch();
      });
    },
    replaced: () => replaced,
    async stop() {
      stopped = true;
      for (const { settle } of [...waiting.first.splice(0), ...waiting.behind.splice(0)])
        settle(fail('readers-stopped', 'the readers have stopped'));
      for (const seat of seats) finish(seat, fail('readers-stopped', 'the readers have stopped'));
      await Promise.all(seats.map(({ worker, begun }) => begun.then(() => worker?.terminate())));
    },
  };
}
