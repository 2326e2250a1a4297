import { readPhyPayload } from '@meetbrug/protocols/lorawan';
import { frameMessage, type HeardFrame } from '@meetbrug/protocols/uplinks';
import type { SourceSurroundings } from './start-source.ts';

/**
 * Hands on what gateways heard of devices that have a session here, or an address of the city's own. What a gateway hears
 * besides is other people's: it goes no further, is counted, and never comes near the disk. Nobody waits for the outcome, because no gateway sends again; a
 * frame that the intake refuses is lost and counted there.
 */
export function frameDelivery(
  name: string,
  { sessions, observer, deliver, nowMs }: Pick<SourceSurroundings, 'sessions' | 'observer' | 'deliver' | 'nowMs'>,
): (heard: HeardFrame) => void {
  return (heard) => {
    const frame = readPhyPayload(heard.phyPayload);
    if (!frame.ok) return observer.skipped('malformed');
    if (frame.value.kind === 'join-request') return observer.skipped('join-request');
    if (frame.value.kind === 'other') return observer.skipped('other-frame');
    if (!sessions.knows(frame.value.devAddr)) return observer.skipped('unknown-session');
    deliver(frameMessage(heard, { topic: `lorawan/${name}`, receivedMs: nowMs() }), () => undefined);
  };
}
