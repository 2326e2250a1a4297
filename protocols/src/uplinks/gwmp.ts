import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { type GwmpContent, type GwmpKind, readDatagramJson } from './gwmp-json.ts';

export interface GwmpDatagram extends GwmpContent {
  readonly kind: GwmpKind;
  /** EUI, 16 hex digits, upper case. */
  readonly gateway: string;
  /** What the protocol asks to be answered at once; a TX_ACK is not answered. */
  readonly reply?: Uint8Array;
}

export type GwmpFaultCode = 'runt' | 'unknown-version' | 'unknown-identifier';

const HEADER_BYTES = 4;
const GATEWAY_AT = 4;
const JSON_AT = 12;
const KINDS: Readonly<Record<number, { readonly kind: GwmpKind; readonly replyId?: number }>> = {
  0: { kind: 'push-data', replyId: 0x01 },
  2: { kind: 'pull-data', replyId: 0x04 },
  5: { kind: 'tx-ack' },
};

/**
 * Reads a datagram of a packet forwarder (Semtech UDP protocol, Lora-net/packet_forwarder PROTOCOL.TXT 1.4 and
 * sx1302_hal PROTOCOL.md 1.6; versions 1 and 2). A PUSH_DATA whose JSON is broken is answered too: its sender does not
 * resend in any case. Never throws.
 */
export function readGwmp(datagram: Uint8Array): Result<GwmpDatagram, Fault<GwmpFaultCode>> {
  const [version = 0, tokenHigh = 0, tokenLow = 0, identifier = 0] = datagram;
  if (datagram.length < HEADER_BYTES) return fail('runt', `${datagram.length} bytes`);
  if (version !== 1 && version !== 2) return fail('unknown-version', `version ${version}`);
  const known = KINDS[identifier];
  if (known === undefined) return fail('unknown-identifier', `identifier ${identifier}`);
  if (datagram.length < JSON_AT) return fail('runt', `${datagram.length} bytes of a datagram that names its gateway`);
  const { kind, replyId } = known;
  const gateway = hexOf(datagram.subarray(GATEWAY_AT, JSON_AT));
  const body = datagram.subarray(JSON_AT);
  return ok({
    kind,
    gateway,
    ...(replyId === undefined ? {} : { reply: Uint8Array.of(version, tokenHigh, tokenLow, replyId) }),
    ...readDatagramJson(kind, body, gateway),
  });
}

function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text.toUpperCase();
}
