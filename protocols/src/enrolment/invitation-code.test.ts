import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInvitationCode, parseInvitationCode } from './invitation-code.ts';

const base64url32 = fc.stringMatching(/^[A-Za-z0-9_-]{43}$/);

describe('an enrolment code', () => {
  test('is read back as it was written, with white space around it', () => {
    fc.assert(
      fc.property(base64url32, base64url32, (secret, authorityFingerprint) => {
        const code = formatInvitationCode({ secret, authorityFingerprint });
        expect(parseInvitationCode(`  ${code}\n`)).toEqual({ ok: true, value: { secret, authorityFingerprint } });
      }),
      { seed: 20_261_124, numRuns: 100 },
    );
  });

  const code = formatInvitationCode({ secret: 'A'.repeat(43), authorityFingerprint: 'B'.repeat(43) });
  test.each([
    ['nothing', ''],
    ['half a code', code.slice(0, 60)],
    ['another version', code.replace('mb1', 'mb2')],
    ['a character that is not base64url', code.replace('AA', 'A+')],
    ['two codes', `${code} ${code}`],
    ['something long', code.repeat(10_000)],
  ])('is refused when it is %s, without repeating what was typed', (_, text) => {
    const parsed = parseInvitationCode(text);
    expect(parsed).toMatchObject({ ok: false, fault: { code: 'bad-code' } });
    if (!parsed.ok) expect(parsed.fault.detail).not.toContain('AAAA');
  });
});
