import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { WriterReply, WriterRequest, WriterSettings } from './writer-messages.ts';
import { createWriterSession, openLog } from './writer-session.ts';

/**
 * The one thread that writes. After a failed commit it says so and does nothing more: what was not acknowledged is still
 * with the edges.
 */
const port = parentPort;
if (port === null) throw new Error('the writer runs as a worker thread');
const reply = (message: WriterReply) => port.postMessage(message);

const settings = workerData as WriterSettings;
const opened = openLog(settings);
if (opened.ok) {
  const session = createWriterSession(opened.value, settings, {
    next: () => receiveMessageOnPort(port)?.message as WriterRequest | undefined,
    reply,
    monotonicMs: () => performance.now(),
  });
  let isOpen = true;
  let isFilling = false;
  const end = () => {
    isOpen = false;
    port.close();
  };
  const orFail = (work: () => void) => {
    try {
      work();
    } catch (error) {
      reply({ kind: 'failed', detail: `nothing was acknowledged since the last commit: ${(error as Error).message}` });
      end();
    }
  };
  port.on('message', (message: WriterRequest) =>
    orFail(() => {
      // A port that is closed still hands over what had arrived: after a failed commit it would get ordinals that follow
      // those of the members that were not committed.
      if (!isOpen) return;
      if (session.handle(message) === 'stopped') end();
      else if (!isFilling && session.wantsTurn()) fill();
    }),
  );
  /** Between messages, so that no batch waits longer than for one step. */
  const fill = () =>
    orFail(() => {
      isFilling = isOpen && session.fill();
      if (isFilling) setImmediate(fill);
    });
  const { streams, views } = opened.value;
  const heads = streams.heads();
  reply({ kind: 'ready', heads, views: heads.flatMap(({ id }) => views.list(id)) });
  fill();
} else {
  reply({ kind: 'refused', detail: opened.fault.detail });
}
