/** What a device and its network server have agreed on: personalised by hand (ABP), or made by a join (OTAA) and handed over. */
export interface Session {
  /** 16 hex digits, upper case. */
  readonly devEui: string;
  /** 8 hex digits, upper case. Not unique: another network's device may have the same. */
  readonly devAddr: string;
  /** 16 bytes; checks the MIC (LoRaWAN 1.0.x). */
  readonly nwkSKey: Uint8Array;
  /** 16 bytes; decrypts what the application sends. */
  readonly appSKey: Uint8Array;
  /** The full 32-bit counter of the last frame that was accepted; undefined before the first. */
  readonly lastFrameCounter?: number;
}
