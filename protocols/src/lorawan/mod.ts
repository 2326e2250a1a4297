export { type AddressRange, isInRange, parseAddressRange } from './address-range.ts';
export { type FrameCipher, frameCipher, type ToNodeBytes } from './frame-cipher.ts';
export { counterCandidates, FRAME_COUNTER_GAP_MAX, FRAME_COUNTER_MAX } from './frame-counter.ts';
export { type FrameFaultCode, type FrameRules, type OpenedFrame, openFrame } from './open-frame.ts';
export {
  type DataFrame,
  type JoinRequest,
  PHY_PAYLOAD_MAX_BYTES,
  type PhyFrame,
  readPhyPayload,
} from './phy-payload.ts';
export type { Session } from './session.ts';
