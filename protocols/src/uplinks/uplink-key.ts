import { canonicalJson } from './canonical-json.ts';
import { payloadHex } from './frm-payload.ts';
import type { Uplink } from './network-event.ts';

/** What identifies an uplink; an {@link Uplink} has it all. */
export type UplinkIdentity = Pick<
  Uplink,
  'device' | 'frameCounter' | 'payload' | 'format' | 'session' | 'observedMs' | 'decoded'
>;

/**
 * The text by which an uplink is looked up in a deduplication window: DevEUI, frame counter and payload. Two network
 * servers that hear one transmission give the same key, and so does a retransmission or a redelivery.
 *
 * The session is no part of it, because the servers name it differently: ChirpStack by DevAddr, The Things Stack by
 * session key id. It is kept beside the key ({@link uplinkSession}) and separates uplinks only where it can be compared.
 *
 * Without a frame counter an uplink is told by device, moment and object. A format that says no moment has that of arrival,
 * so of such a device a redelivery is a new uplink.
 */
export function uplinkKey({ device, frameCounter, payload, observedMs, decoded }: UplinkIdentity): string {
  if (frameCounter !== undefined) return `${device}:${frameCounter}:${payloadHex(payload)}`;
  return `${device}@${observedMs}:${payloadHex(payload)}:${canonicalJson(decoded)}`;
}

/** The session as a window stores it beside the key: `<format>/<session>`, or `''` when the message did not name it. */
export function uplinkSession({ format, session }: UplinkIdentity): string {
  return session === '' ? '' : `${format}/${session}`;
}

/**
 * Whether two uplinks with the same {@link uplinkKey}, given their {@link uplinkSession} texts, are one. They are two only
 * where one network server names two sessions: the device joined again, its counter started anew and it happened to send
 * the same bytes. Sessions of different servers, or an unknown session, say nothing, and the uplinks count as one.
 */
export function sessionsAgree(a: string, b: string): boolean {
  return a === b || formatOf(a) !== formatOf(b);
}

/** Whether two messages report one transmission. */
export function sameUplink(a: UplinkIdentity, b: UplinkIdentity): boolean {
  return uplinkKey(a) === uplinkKey(b) && sessionsAgree(uplinkSession(a), uplinkSession(b));
}

/** An unknown session is of no format, so it agrees with every other. */
function formatOf(session: string): string {
  return session.slice(0, session.indexOf('/'));
}
