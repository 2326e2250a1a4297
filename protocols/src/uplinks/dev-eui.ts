import { z } from 'zod';
import type { DevEui } from './network-event.ts';

const PLAIN = /^[0-9A-Fa-f]{16}$/;
const SEPARATED = /^[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){7}$|^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){7}$/;

/**
 * Reads a DevEUI in any spelling of a label or a network server: 16 hex digits in either case, or eight pairs divided by
 * hyphens or by colons. Undefined for anything else, base64 included: 8 bytes in base64 belong to the format that uses it.
 */
export function parseDevEui(text: string): DevEui | undefined {
  if (PLAIN.test(text)) return text.toUpperCase() as DevEui;
  if (SEPARATED.test(text)) return text.replaceAll(/[-:]/g, '').toUpperCase() as DevEui;
  return undefined;
}

/** A DevEUI in configuration: any spelling in, the canonical one out. */
export const devEuiSchema = z.string().transform((text, context): DevEui => {
  const devEui = parseDevEui(text);
  if (devEui !== undefined) return devEui;
  context.addIssue({ code: 'custom', message: 'a DevEUI is 16 hex digits, for example 24E124136C140001' });
  return z.NEVER;
});
