import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrmPayload, FRM_PAYLOAD_MAX_BYTES, payloadHex } from './frm-payload.ts';

describe('an application payload in base64', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: FRM_PAYLOAD_MAX_BYTES }), (bytes) => {
        const buffer = Buffer.from(bytes);
        const decoded = decodeFrmPayload(buffer.toString('base64'));
        expect(decoded).toEqual(bytes);
        expect(payloadHex(bytes)).toBe(buffer.toString('hex'));
      }),
      { seed: 31 },
    );
  });

  it.each([
    ['no padding', 'AXU'],
    ['a blank', 'AXV cA2c'],
    ['a line end', 'AXVc\n'],
    ['the URL alphabet', 'AX-_'],
    ['padding in the middle', 'AX==AXVc'],
    ['bits behind the end of two bytes', 'AXV='],
    ['bits behind the end of one byte', 'AR=='],
    ['hex with a comma', '0x01,75'],
  ])('is refused with %s', (_, text) => {
    expect(decodeFrmPayload(text)).toBeUndefined();
  });

  it('is refused where no radio could have carried it, whatever its length', () => {
    expect(decodeFrmPayload('A'.repeat(340))?.length).toBe(FRM_PAYLOAD_MAX_BYTES);
    expect(decodeFrmPayload('A'.repeat(344))).toBeUndefined();
    expect(decodeFrmPayload('A'.repeat(4_000_000))).toBeUndefined();
  });
});
