import type { EpochMs } from '../observation/instant.ts';
import type { TimeSource } from '../observation/quality.ts';
import type { DeviceId, Uplink, WireFormat } from './network-event.ts';

export interface ObservedTime {
  readonly ms: EpochMs;
  readonly source: TimeSource;
}

const NO_BYTES = new Uint8Array();

/** An uplink of a format that carries an object and knows nothing of radio. The caller has bounded `decoded`. */
export function objectUplink(format: WireFormat, device: DeviceId, decoded: unknown, observed: ObservedTime): Uplink {
  return {
    kind: 'uplink',
    format,
    device,
    session: '',
    confirmed: false,
    adr: false,
    payload: NO_BYTES,
    decoded,
    observedMs: observed.ms,
    timeSource: observed.source,
    receptions: [],
    simulated: false,
  };
}
