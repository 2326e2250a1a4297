import { describe, expect, test } from 'vitest';
import type { CertificateRecord, InvitationRecord } from './gateway-record.ts';
import { CERTIFICATES_PER_EDGE_MAX, planEnrolment, planLogin, planRenewal } from './plan-enrolment.ts';

const NOW = Date.UTC(2026, 10, 24);
const DAY = 86_400_000;
const INVITATION: InvitationRecord = {
  id: 'i',
  edge: 'edge-a',
  organisation: 'demo',
  expiresMs: NOW + 1,
  claimedBy: null,
  withdrawnMs: null,
};
const CERTIFICATE: CertificateRecord = {
  serial: '41',
  edge: 'edge-a',
  organisation: 'demo',
  keyFingerprint: 'k',
  notBeforeMs: NOW - DAY,
  notAfterMs: NOW,
  revokedMs: null,
  pem: null,
};

describe('a code', () => {
  test.each([
    ['is taken by the first key', {}, 'issue'],
    ['gives the same key its certificate again', { claimedBy: 'k' }, 'repeat'],
    ['gives the same key its certificate again after it expired', { claimedBy: 'k', expiresMs: NOW - DAY }, 'repeat'],
    ['is lost for another key', { claimedBy: 'other' }, 'invitation-used'],
    ['expires on the millisecond', { expiresMs: NOW }, 'invitation-expired'],
    ['is worthless once withdrawn', { withdrawnMs: NOW - 1 }, 'invitation-expired'],
    ['is worthless once withdrawn, also for its key', { withdrawnMs: NOW, claimedBy: 'k' }, 'invitation-expired'],
  ])('%s', (_, changes, expected) => {
    const plan = planEnrolment({ ...INVITATION, ...changes }, 'k', NOW);
    expect(plan.ok ? plan.value : plan.fault.code).toBe(expected);
  });

  test('that nobody gave out is unknown', () => {
    expect(planEnrolment(undefined, 'k', NOW)).toMatchObject({ fault: { code: 'unknown-invitation' } });
  });
});

describe('a renewal', () => {
  const facts = { isRepeated: false, validCount: 1, graceMs: DAY, nowMs: NOW };
  test.each([
    ['before the end', { notAfterMs: NOW + 1 }, {}, 'issue'],
    ['at the end of the grace', { notAfterMs: NOW - DAY }, {}, 'issue'],
    ['after the grace', { notAfterMs: NOW - DAY - 1 }, {}, 'certificate-expired'],
    ['of a revoked certificate', { revokedMs: 1 }, {}, 'certificate-revoked'],
    ['asked for again', {}, { isRepeated: true }, 'repeat'],
    ['asked for again after a revocation', { revokedMs: 1 }, { isRepeated: true }, 'certificate-revoked'],
    ['beyond the bound', {}, { validCount: CERTIFICATES_PER_EDGE_MAX }, 'too-many-certificates'],
  ])('%s', (_, changes, more, expected) => {
    const plan = planRenewal({ certificate: { ...CERTIFICATE, ...changes }, ...facts, ...more });
    expect(plan.ok ? plan.value : plan.fault.code).toBe(expected);
  });

  test('of a certificate that nobody issued is refused', () => {
    expect(planRenewal({ certificate: undefined, ...facts })).toMatchObject({ fault: { code: 'unknown-certificate' } });
  });
});

describe('a login', () => {
  test.each([
    ['on the last millisecond', {}, 'ok'],
    ['a millisecond later, whatever the grace', { notAfterMs: NOW - 1 }, 'certificate-expired'],
    ['with a revoked certificate', { revokedMs: NOW + DAY }, 'certificate-revoked'],
  ])('%s', (_, changes, expected) => {
    const login = planLogin({ ...CERTIFICATE, ...changes }, NOW);
    expect(login.ok ? 'ok' : login.fault.code).toBe(expected);
  });
});
