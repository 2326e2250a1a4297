import { parentPort, workerData } from 'node:worker_threads';
import type { IntakeReply, IntakeRequest, IntakeSettings } from './intake-messages.ts';
import { createDocumentReader } from './read-document.ts';

/** A thread that reads documents of strangers, one at a time, so that whatever they hold costs the others nothing. */
const port = parentPort;
if (port === null) throw new Error('the intake runs as a worker thread');
const reply = (message: IntakeReply) => port.postMessage(message);

const reader = await createDocumentReader(workerData as IntakeSettings);
if (reader.ok) {
  port.on('message', async ({ id, ...document }: IntakeRequest) => {
    reply({ kind: 'read', id, read: await reader.value(document) });
  });
  reply({ kind: 'ready' });
} else {
  reply({ kind: 'refused', detail: reader.fault.detail });
}
