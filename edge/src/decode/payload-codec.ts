import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { decodeCayenneLpp, decodeSenml, type Uplink } from '@meetbrug/protocols/uplinks';
import type { Codec } from '../codec/codec.ts';
import type { BuiltInCodec } from '../config/model-config.ts';

/** Makes an object of an uplink. Never throws; a fault has the code of what could not read it. */
export type PayloadCodec = (uplink: Uplink) => Result<unknown, Fault>;

/** The object that came with the message. */
export const OBJECT_AS_IT_CAME: PayloadCodec = ({ decoded }) => ok(decoded);

/** A vendor's script. It is told the time of the uplink, so that a replay gives the same again. */
export function scriptCodec(script: Codec): PayloadCodec {
  return ({ payload, port, observedMs }) => {
    if (port === undefined) return fail('payload-empty', 'the message carries an object, and no payload for the codec');
    const decoded = script.decode({ bytes: payload, fPort: port, recvTimeMs: observedMs });
    return decoded.ok ? ok(decoded.value.data) : decoded;
  };
}

export const BUILT_IN_PAYLOAD_CODECS: Readonly<Record<BuiltInCodec, PayloadCodec>> = {
  'cayenne-lpp': ({ payload }) => {
    const decoded = decodeCayenneLpp(payload);
    return decoded.ok ? ok(decoded.value.data) : decoded;
  },
  /** A pack that came as a message of its own is read already. */
  senml: ({ payload, decoded, observedMs }) =>
    decoded !== undefined && payload.byteLength === 0 ? ok(decoded) : decodeSenml(payload, observedMs),
};
