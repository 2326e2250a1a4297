import type { Fault, Result } from '../result/mod.ts';
import type { RawMessage, UplinkFaultCode } from './network-event.ts';

/**
 * Divides a message of several devices or moments into one message each, which its format's parser reads. The source
 * answers its sender only after all parts are committed. Never throws; the number of parts is bounded.
 */
export type SplitMessage = (message: RawMessage) => Result<readonly RawMessage[], Fault<UplinkFaultCode>>;
