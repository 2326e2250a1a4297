import { describe, expect, test } from 'vitest';
import { enrolRequestSchema, proofText, renewRequestSchema } from './enrolment-messages.ts';

const REQUEST = '-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n';
const CERTIFICATE = REQUEST.replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE');
const PROOF = 'A'.repeat(86);
const ENROL = { version: 1, invitation: 'A'.repeat(43), request: REQUEST, proof: PROOF };
const RENEW = { version: 1, certificate: CERTIFICATE, request: REQUEST, proof: PROOF };

describe('the bodies of an enrolment', () => {
  test('are accepted as the contract says', () => {
    expect(enrolRequestSchema.parse(ENROL)).toEqual(ENROL);
    expect(renewRequestSchema.parse(RENEW)).toEqual(RENEW);
  });

  test.each([
    ['another version', { ...ENROL, version: 2 }],
    ['a field that is not in the contract', { ...ENROL, edge: 'another-edge' }],
    ['a private key', { ...ENROL, request: REQUEST.replaceAll('CERTIFICATE REQUEST', 'PRIVATE KEY') }],
    ['two requests', { ...ENROL, request: REQUEST + REQUEST }],
    ['a request of 5 kB', { ...ENROL, request: REQUEST.replace('MIIB', 'A'.repeat(5_000)) }],
    ['a proof that is no base64url', { ...ENROL, proof: `${PROOF.slice(1)}=` }],
    ['no proof', { ...ENROL, proof: '' }],
  ])('are refused with %s', (_, body) => {
    expect(enrolRequestSchema.safeParse(body).success).toBe(false);
  });

  test('are proved for one purpose and one request only', () => {
    const texts = [proofText('enrol', 'a'), proofText('renew', 'a'), proofText('enrol', 'b')];
    expect(new Set(texts).size).toBe(texts.length);
  });
});
