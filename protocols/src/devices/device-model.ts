import type { ReadPath } from '../mapping/mapping.ts';
import { type Fault, fail, type Result } from '../result/mod.ts';
import type { Uplink } from '../uplinks/network-event.ts';
import type { Channel, DecodedPayload, DeviceProfile } from './device-profile.ts';

/**
 * What a configured device is bound to: the meaning of its channels and a way to read its uplinks. A built-in profile is
 * one ({@link modelOfProfile}), and so is a model of the configuration with its codec and mapping.
 */
export interface DeviceModel {
  readonly id: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly channels: Readonly<Record<string, Channel>>;
  /** As {@link DeviceProfile.cleared}. */
  readonly cleared?: true;
  /**
   * Present where the object of an uplink is read, not its payload bytes: what of the object may stay on disk, so that it
   * can be read again.
   */
  readonly readsObject?: readonly ReadPath[];
  /** Never throws, whatever the uplink: what does not fit is a fault with the code of its codec, mapping or profile. */
  readonly read: (uplink: Uplink) => Result<DecodedPayload, Fault>;
}

/** A profile reads payload bytes: an uplink without a port carries none. */
export function modelOfProfile(profile: DeviceProfile): DeviceModel {
  const { id, manufacturer, model, channels, cleared, decode } = profile;
  return {
    id,
    manufacturer,
    model,
    channels,
    ...(cleared === undefined ? {} : { cleared }),
    read: ({ payload, port }) =>
      port === undefined
        ? fail('payload-empty', `${id} reads payload bytes, and this message has an object without a port`)
        : decode(payload, port),
  };
}
