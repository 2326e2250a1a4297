import { DEVICE_PROFILES, type DeviceProfile } from '@meetbrug/protocols/devices';
import type { DeviceConfig } from './device-config.ts';

export interface ConfigFault {
  /** Where in the file, as `devices[2].at.longitude`. */
  readonly path: string;
  /** What is wrong and what to change. */
  readonly detail: string;
}

/** The name of a device's sensor in keys and IRIs. */
export function sensorName({ sensor, devEui }: DeviceConfig): string {
  return sensor ?? devEui.toLowerCase();
}

/**
 * What a schema of one device cannot see: profiles that do not exist, channels that the profile lacks, and devices that
 * claim each other's identity.
 * @param devices index in the file and device; those that do not parse are left out
 */
export function deviceFaults(devices: readonly (readonly [index: number, device: DeviceConfig])[]): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const byDevEui = new Map<string, number>();
  const bySensor = new Map<string, number>();
  for (const [index, device] of devices) {
    const path = `devices[${index}]`;
    const twin = byDevEui.get(device.devEui);
    if (twin === undefined) byDevEui.set(device.devEui, index);
    else
      faults.push({ path: `${path}.devEui`, detail: `${device.devEui} is devices[${twin}] already: keep one of them` });

    const identity = `${device.at.name}.${sensorName(device)}`;
    const namesake = bySensor.get(identity);
    if (namesake === undefined) bySensor.set(identity, index);
    else if (twin === undefined) {
      faults.push({
        path: `${path}.sensor`,
        detail: `"${sensorName(device)}" at "${device.at.name}" is devices[${namesake}] already: give it another name`,
      });
    }
    faults.push(...profileFaults(path, device));
  }
  return faults;
}

function profileFaults(path: string, device: DeviceConfig): ConfigFault[] {
  const profile = DEVICE_PROFILES.get(device.profile);
  if (profile === undefined) {
    const known = [...DEVICE_PROFILES.keys()].join(', ');
    return [{ path: `${path}.profile`, detail: `"${device.profile}" is unknown: use one of ${known}` }];
  }
  const faults = channelFaults(path, device, profile);
  const overInterval = Object.entries(profile.channels).find(([, channel]) => channel.overInterval === true);
  if (overInterval !== undefined && device.intervalSeconds === undefined) {
    faults.push({
      path: `${path}.intervalSeconds`,
      detail: `add the reporting interval of the device in seconds: channel ${overInterval[0]} counts over it`,
    });
  }
  return faults;
}

function channelFaults(path: string, device: DeviceConfig, profile: DeviceProfile): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const meanings = new Map<string, string>();
  for (const name of Object.keys(device.channels)) {
    if (Object.hasOwn(profile.channels, name)) continue;
    const known = Object.keys(profile.channels).join(', ');
    faults.push({ path: `${path}.channels.${name}`, detail: `${profile.id} has no such channel: it has ${known}` });
  }
  for (const [name, channel] of Object.entries(profile.channels)) {
    const property = device.channels[name] ?? channel.property;
    const offered = [channel.property, ...(channel.alternatives ?? [])];
    if (!offered.includes(property)) {
      faults.push({
        path: `${path}.channels.${name}`,
        detail: `${profile.id} cannot measure ${property} here: use ${offered.join(' or ')}`,
      });
      continue;
    }
    const meaning = `${property} ${channel.direction ?? ''} ${channel.overInterval ?? false}`;
    const other = meanings.get(meaning);
    if (other === undefined) meanings.set(meaning, name);
    else {
      faults.push({
        path: `${path}.channels.${name}`,
        detail: `channel ${other} measures ${property} already: give one of them another meaning`,
      });
    }
  }
  return faults;
}
