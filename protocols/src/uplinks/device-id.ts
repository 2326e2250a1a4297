import { z } from 'zod';
import { parseDevEui } from './dev-eui.ts';
import type { DeviceId } from './network-event.ts';

/** No blank, no quote, no wildcard of MQTT: it stands in topics, paths, keys and messages to people. */
const NAME = /^[A-Za-z0-9._\-:/]{1,128}$/;

/**
 * Reads what names a device: a DevEUI in any of its spellings becomes the canonical one, so that a device is one on every
 * road; any other name stays as it is. Undefined for what is neither.
 */
export function parseDeviceId(text: string): DeviceId | undefined {
  const devEui = parseDevEui(text);
  if (devEui !== undefined) return devEui;
  return NAME.test(text) ? (text as DeviceId) : undefined;
}

/** A device id in configuration. */
export const deviceIdSchema = z.string().transform((text, context): DeviceId => {
  const id = parseDeviceId(text);
  if (id !== undefined) return id;
  context.addIssue({ code: 'custom', message: '1 to 128 letters, digits and . _ - : /, as the device names itself' });
  return z.NEVER;
});
