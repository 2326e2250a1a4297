import module from 'lora-packet';
import { counterUpperBytes } from './frame-counter.ts';
import type { Session } from './session.ts';

// Its types promise a `default` inside the module's default, which is not there: the default is the library itself.
const loraPacket = module as unknown as typeof module.default;

type NodeBytes = Parameters<typeof loraPacket.fromWire>[0];
/** Bytes in the type that lora-packet computes with. This package runs where that type may be missing, so a caller brings it. */
export type ToNodeBytes = (bytes: Uint8Array) => NodeBytes;

/** What needs keys. The frame is one that `readPhyPayload` has read as data. */
export interface FrameCipher {
  /** Whether the MIC was made with the session's key and this full counter. */
  verifies(frame: Uint8Array, session: Session, counter: number): boolean;
  decrypt(frame: Uint8Array, session: Session, counter: number): Uint8Array;
}

/** MIC and decryption of LoRaWAN 1.0.x by lora-packet. */
export function frameCipher(toNodeBytes: ToNodeBytes): FrameCipher {
  const upperBytes = (counter: number) => toNodeBytes(counterUpperBytes(counter));
  return {
    verifies: (frame, { nwkSKey }, counter) =>
      loraPacket.verifyMIC(
        loraPacket.fromWire(toNodeBytes(frame)),
        toNodeBytes(nwkSKey),
        undefined,
        upperBytes(counter),
      ),
    decrypt: (frame, { appSKey, nwkSKey }, counter) => {
      const packet = loraPacket.fromWire(toNodeBytes(frame));
      if (packet.FRMPayload === undefined || packet.FRMPayload.length === 0) return new Uint8Array();
      return Uint8Array.from(
        loraPacket.decrypt(packet, toNodeBytes(appSKey), toNodeBytes(nwkSKey), upperBytes(counter)),
      );
    },
  };
}
