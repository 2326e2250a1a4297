/**
 * A serial number from 16 random bytes, upper-case hex as OpenSSL prints it: positive, and without leading zeros, so that
 * every tool shows the same digits (RFC 5280 section 4.1.2.2).
 */
export function newSerial(random: Uint8Array): string {
  const bytes = Buffer.from(random);
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes.toString('hex').toUpperCase();
}
