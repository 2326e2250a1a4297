import { z } from 'zod';

/** Where a server listens. */
export const host = z
  .string()
  .min(1)
  .max(253)
  .default('127.0.0.1')
  .describe('Address to listen on; loopback until changed.');
export const port = (standard: number, what: string) =>
  z.int().min(0).max(65_535).default(standard).describe(`Port of the ${what}; 0 takes a free one.`);
/** A whole number with its bounds and default. */
export const bounded = (min: number, max: number, standard: number, text: string) =>
  z.int().min(min).max(max).default(standard).describe(text);

const tlsSchema = z.strictObject({
  names: z
    .array(
      z
        .string()
        .min(1)
        .max(253)
        .regex(/^[A-Za-z0-9.:-]+$/, 'a host name or an IP address'),
    )
    .min(1)
    .max(20)
    .default(['localhost', '127.0.0.1'])
    .describe('Host names and IP addresses under which this server is reached: they are in its certificate.'),
});
/** @param who what it asks of those who connect */
export const tls = (who: string) =>
  tlsSchema.optional().describe(`TLS with a certificate of this cloud's own authority. ${who}`);
