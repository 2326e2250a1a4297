import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type GatewayStore, openGatewayStore } from './gateway-store.ts';

const NOW = Date.UTC(2026, 10, 24);
const DAY_MS = 86_400_000;
let folder: string;
let store: GatewayStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meetbrug-gateway-store-'));
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const open = () => openGatewayStore(join(folder, 'gateways.sqlite'));
const draft = (serial: string, keyFingerprint: string, notAfterMs = NOW + 90 * DAY_MS) => ({
  serial,
  keyFingerprint,
  notBeforeMs: NOW,
  notAfterMs,
});
const invitation = (id: string, edge = 'edge-a', organisation = 'demo') => ({
  id,
  edge,
  organisation,
  nowMs: NOW,
  expiresMs: NOW + DAY_MS,
});

describe("the gateways' store", () => {
  test('gives a code to one key, whatever the order and number of the claims, over two connections and restarts', () => {
    const claim = fc.record({ key: fc.constantFrom('k1', 'k2', 'k3'), through: fc.constantFrom('a', 'b', 'restart') });
    let round = 0;
    fc.assert(
      fc.property(fc.array(claim, { minLength: 1, maxLength: 12 }), (claims) => {
        round += 1;
        const id = `code-${round}`;
        store.invite(invitation(id, `edge-${round}`));
        const beside = open();
        const won = claims.map(({ key, through }, index) => {
          if (through === 'restart') {
            store.close();
            store = open();
          }
          const claimed = (through === 'b' ? beside : store).claimInvitation(id, draft(`${round}.${index}`, key), NOW);
          return claimed.ok ? `${key} ${claimed.value.serial}` : undefined;
        });
        beside.close();
        const winners = won.filter((winner) => winner !== undefined);
        expect(new Set(winners)).toEqual(new Set([`${claims[0]?.key} ${round}.0`]));
        expect(winners).toHaveLength(claims.filter(({ key }) => key === claims[0]?.key).length);
      }),
      { seed: 20_261_124, numRuns: 60 },
    );
  });

  test('keeps the first signature of a certificate', () => {
    store.invite(invitation('c'));
    store.claimInvitation('c', draft('S1', 'k'), NOW);
    expect([store.keepSigned('S1', 'first'), store.keepSigned('S1', 'second')]).toEqual(['first', 'first']);
    expect(store.certificate('S1')).toMatchObject({ pem: 'first', edge: 'edge-a', organisation: 'demo' });
  });

  test('keeps a revocation over a restart, and lifts it for a new code alone', () => {
    store.invite(invitation('c1'));
    store.claimInvitation('c1', draft('S1', 'k'), NOW);
    store.revoke('edge-a', 'demo', NOW + 1);
    store.close();
    store = open();
    expect([store.isRevoked('edge-a'), store.certificate('S1')?.revokedMs]).toEqual([true, NOW + 1]);
    store.invite(invitation('c2'));
    expect(store.isRevoked('edge-a')).toBe(true);
    expect(store.claimInvitation('c2', draft('S2', 'k2'), NOW).ok).toBe(true);
    expect([store.isRevoked('edge-a'), store.certificate('S1')?.revokedMs]).toEqual([false, NOW + 1]);
  });

  test('makes an unused code worthless with a revocation', () => {
    store.invite(invitation('c1'));
    store.revoke('edge-a', 'demo', NOW);
    expect(store.claimInvitation('c1', draft('S1', 'k'), NOW)).toMatchObject({ fault: { code: 'invitation-expired' } });
  });

  test('revokes an edge that has a secret only', () => {
    store.revoke('edge-s', 'demo', NOW);
    expect([store.isRevoked('edge-s'), store.isRevoked('edge-a')]).toEqual([true, false]);
  });

  test('does not move an edge to another organisation', () => {
    store.invite(invitation('c1'));
    expect(store.invite(invitation('c2', 'edge-a', 'other'))).toMatchObject({ fault: { code: 'other-organisation' } });
  });

  test('forgets at a renewal what can no longer be renewed, and nothing else', () => {
    store.invite(invitation('c1'));
    const graceMs = 10 * DAY_MS;
    store.claimInvitation('c1', draft('S1', 'k1', NOW + DAY_MS), NOW);
    store.claimRenewal('S1', draft('S2', 'k2', NOW + 50 * DAY_MS), { nowMs: NOW, graceMs });
    store.claimRenewal('S2', draft('S3', 'k3'), { nowMs: NOW + 11 * DAY_MS + 1, graceMs });
    expect(['S1', 'S2', 'S3'].map((serial) => store.certificate(serial)?.serial)).toEqual([undefined, 'S2', 'S3']);
    expect(store.claimInvitation('c1', draft('S4', 'k1'), NOW)).toMatchObject({ fault: { code: 'invitation-used' } });
  });

  test('refuses a file of a later program', async () => {
    const { default: Database } = await import('better-sqlite3');
    const later = new Database(join(folder, 'later.sqlite'));
    later.pragma('user_version = 99');
    later.close();
    expect(() => openGatewayStore(join(folder, 'later.sqlite'))).toThrow('version 99');
  });
});
