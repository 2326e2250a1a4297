import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'mqtt';
import type { FleetMessage } from './create-fleet.ts';
import { PublishWindow } from './publish-window.ts';

export interface PublishOptions {
  /** `mqtt://host:port` of the broker under test. */
  readonly url: string;
  readonly clientId: string;
  /** Read one at a time and never ahead of the window, so the source may be endless. */
  readonly messages: Iterable<FleetMessage>;
  /** `as-timed`: each message at its `sendMs`, or at once when that is past. `flat-out`: as fast as the window lets. */
  readonly pace: 'as-timed' | 'flat-out';
  /** Messages without PUBACK at any moment; at this bound the publisher waits. */
  readonly windowMax: number;
  /** After the PUBACK of a QoS 1 message: from here on the broker answers for it. */
  readonly onAcknowledged?: (message: FleetMessage) => void;
  readonly onConnected?: () => void;
  /** Ends the run: nothing new is sent, what is in flight gets {@link PublishOptions.drainTimeoutMs} for its PUBACK. */
  readonly signal?: AbortSignal;
  /** How long to wait for the last PUBACKs once nothing new is sent. */
  readonly drainTimeoutMs?: number;
}

export interface PublishReport {
  readonly sent: number;
  /** QoS 1 only: a QoS 0 message has no acknowledgement. */
  readonly acknowledged: number;
  /** Given to the broker but not acknowledged when the run ended: nobody promised anything. */
  readonly unacknowledged: number;
}

const RECONNECT_MS = 50;
const CONNECT_TIMEOUT_MS = 5_000;
const DRAIN_TIMEOUT_MS = 10_000;

/**
 * Publishes as ChirpStack does with QoS 1: a persistent session, reconnects for ever, and after each reconnection sends
 * again what had no PUBACK. Resolves when the messages or the signal end the run; connection faults never reject.
 */
export async function publishFleet(options: PublishOptions): Promise<PublishReport> {
  const client = connect(options.url, {
    clientId: options.clientId,
    clean: false,
    reconnectPeriod: RECONNECT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  client.on('connect', () => options.onConnected?.());
  const window = new PublishWindow(options.windowMax);
  let acknowledged = 0;
  let sent = 0;
  let ending = false;
  const send = (message: FleetMessage): void => {
    client.publish(message.topic, message.body, { qos: message.qos }, (error) => {
      // mqtt.js gives up what waited behind its own resending when that connection breaks too.
      if (error) return ending ? undefined : void setImmediate(send, message);
      window.close();
      if (message.qos === 0) return;
      acknowledged += 1;
      options.onAcknowledged?.(message);
    });
  };
  for (const message of options.messages) {
    if (options.pace === 'as-timed') await delayUntil(message.sendMs, options.signal);
    await window.slot(options.signal);
    if (options.signal?.aborted) break;
    window.open();
    sent += 1;
    send(message);
  }
  await window.drained(options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS);
  const unacknowledged = window.unanswered;
  ending = true;
  await client.endAsync(true);
  return { sent, acknowledged, unacknowledged };
}

async function delayUntil(ms: number, signal?: AbortSignal): Promise<void> {
  const waitMs = ms - Date.now();
  if (waitMs <= 0) return;
  await delay(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
