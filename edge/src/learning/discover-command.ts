import { formatInstant } from '@meetbrug/protocols/observation';
import { type Fault, ok, type Result } from '@meetbrug/protocols/result';
import Database from 'better-sqlite3';
import { checkSchema } from '../replay/request-replay.ts';
import { type DiscoveredDevice, deviceSnippet, discoverDevice } from './device-snippet.ts';
import { readUnknownDevices } from './unknown-device-store.ts';

/** `learning.devicesMax` is no larger. */
const DEVICES_MAX = 10_000;

/** The devices that an outbox file knows and its configuration does not, last seen first; the edge may be running. */
export function discoverDevices(outboxFile: string): Result<DiscoveredDevice[], Fault<'other-schema'>> {
  const connection = new Database(outboxFile, { readonly: true });
  try {
    const fits = checkSchema(connection);
    return fits.ok ? ok(readUnknownDevices(connection, DEVICES_MAX).map(discoverDevice)) : fits;
  } finally {
    connection.close();
  }
}

/** A snippet of edge.yaml, or with `isJson` a JSON line a device. */
export function discoveredLines(devices: readonly DiscoveredDevice[], isJson: boolean): string[] {
  if (isJson) return devices.map((device) => JSON.stringify(discoveredJson(device)));
  return [devices.length === 0 ? '# every device that has sent is configured' : deviceSnippet(devices)];
}

/** Also what the status page shows, which leaves the payload out. */
export function discoveredJson({ payload, firstMs, lastMs, uplinkCount, port, ...device }: DiscoveredDevice) {
  return {
    ...device,
    uplinks: uplinkCount,
    firstSeen: formatInstant(firstMs),
    lastSeen: formatInstant(lastMs),
    port: port ?? null,
    lastPayload: Buffer.from(payload).toString('hex'),
  };
}
