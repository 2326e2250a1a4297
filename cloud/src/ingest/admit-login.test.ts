import { fail, ok } from '@meetbrug/protocols/result';
import { describe, expect, test } from 'vitest';
import { admitLogin, type CertificateRefusal, type GatewayAccess, type LinkPeer, mayStay } from './admit-login.ts';
import { createLinkAccess } from './link-access.ts';

const EDGE = { name: 'edge-a', organisation: 'demo', secret: 'a-long-enough-secret' };
const SECRETS = createLinkAccess([EDGE]);
const PLAIN: LinkPeer = { kind: 'plain' };
const CERTIFIED: LinkPeer = { kind: 'certificate', serial: '41' };

function gateways(refusal?: CertificateRefusal, isRevoked = false): GatewayAccess {
  return {
    certificate: () => (refusal === undefined ? ok({ name: 'edge-a', organisation: 'demo' }) : fail(refusal, '')),
    isRevoked: () => isRevoked,
  };
}

const SECRET = Buffer.from(EDGE.secret);

describe('a login', () => {
  test.each([
    ['a secret on a plain connection', PLAIN, 'edge-a', SECRET, gateways(), 'edge-a'],
    ['a certificate alone', CERTIFIED, undefined, undefined, gateways(), 'edge-a'],
    ['a certificate and its name', CERTIFIED, 'edge-a', undefined, gateways(), 'edge-a'],
    ['a certificate and another name', CERTIFIED, 'edge-b', undefined, gateways(), 'bad-credentials'],
    ['a certificate and a secret, even the right one', CERTIFIED, 'edge-a', SECRET, gateways(), 'secret-not-taken'],
    ['a certificate and an empty secret', CERTIFIED, 'edge-a', Buffer.of(), gateways(), 'secret-not-taken'],
    ['a name alone', PLAIN, 'edge-a', undefined, gateways(), 'bad-credentials'],
    ['an expired one', CERTIFIED, 'edge-a', undefined, gateways('certificate-expired'), 'certificate-expired'],
    ['a revoked one', CERTIFIED, 'edge-a', undefined, gateways('certificate-revoked'), 'certificate-revoked'],
    ['a secret of a revoked edge', PLAIN, 'edge-a', SECRET, gateways(undefined, true), 'edge-revoked'],
  ])('with %s', (_, peer, username, password, access, expected) => {
    const login = admitLogin({ peer, username, password }, SECRETS, access);
    expect(login.ok ? login.value.name : login.fault.code).toBe(expected);
  });
});

describe('a connection that was admitted', () => {
  test.each([
    ['stays while nothing changes', CERTIFIED, gateways(), true],
    ['ends with its certificate', CERTIFIED, gateways('certificate-expired'), false],
    ['with a secret knows no certificate', PLAIN, gateways('unknown-certificate'), true],
    ['with a secret ends with its edge', PLAIN, gateways(undefined, true), false],
  ])('%s', (_, peer, access, expected) => {
    expect(mayStay(EDGE, peer, access)).toBe(expected);
  });
});
