import { parentPort, workerData } from 'node:worker_threads';
import { openStoreForReading } from '../log/open-store.ts';
import { followLog } from './follow-log.ts';
import { createInfluxWriter } from './influx-writer.ts';
import { createLogProjection } from './project-log.ts';
import { openProjectionCursors } from './projection-cursors.ts';
import type { ProjectionReply, ProjectionRequest, ProjectionSettings } from './projection-messages.ts';

/**
 * The thread that writes to InfluxDB behind the commits, each target at its own pace. It only reads the store, so a target
 * that is slow or away holds back nothing else.
 */
const port = parentPort;
if (port === null) throw new Error('the projections run in a worker thread');
const reply = (message: ProjectionReply) => port.postMessage(message);

const { storeFile, cursorFile, targets } = workerData as ProjectionSettings;
const store = openStoreForReading(storeFile);
const cursors = openProjectionCursors(cursorFile);
const followers = targets.map((target) =>
  followLog(
    createLogProjection(store, cursors, target.name, createInfluxWriter(target), target.batchRows),
    target.retryAfterMs,
    (state) => reply({ kind: 'state', target: target.name, ...state }),
  ),
);

port.on('message', async ({ kind }: ProjectionRequest) => {
  if (kind === 'wake') {
    for (const follower of followers) follower.wake();
    return;
  }
  await Promise.all(followers.map((follower) => follower.stop()));
  cursors.close();
  store.close();
  port.close();
});
