import type { EnrolmentRefusal } from '@meetbrug/protocols/enrolment';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type Database from 'better-sqlite3';
import { openSideStore } from '../log/open-side-store.ts';
import type { CertificateDraft, CertificateRecord, GatewaySummary, InvitationRecord } from './gateway-record.ts';
import { GATEWAY_SCHEMA, GATEWAY_STORE_VERSION } from './gateway-schema.ts';
import { planEnrolment, planRenewal } from './plan-enrolment.ts';

export const GATEWAY_STORE_FILE = 'gateways.sqlite';

export type InviteFaultCode = 'other-organisation' | 'too-many-gateways';
type Claim = Result<CertificateRecord, Fault<EnrolmentRefusal>>;

/**
 * Gateways, their codes and certificates, in a file of its own: the log keeps its single writer, and the command line may
 * write here while the cloud runs. Every method that changes something is one transaction that has reached the disk when
 * it returns.
 */
export interface GatewayStore {
  /** Notes a code for an edge; an earlier unused one is withdrawn. */
  invite(invitation: NewInvitation): Result<undefined, Fault<InviteFaultCode>>;
  invitation(id: string): InvitationRecord | undefined;
  /** Gives a code to a key, once: of several keys exactly one gets it, and gets the same record again when it asks again. */
  claimInvitation(id: string, draft: CertificateDraft, nowMs: number): Claim;
  /** The next certificate of an edge; the one before stays valid until its end. */
  claimRenewal(serial: string, draft: CertificateDraft, time: { nowMs: number; graceMs: number }): Claim;
  /** Keeps what was signed for a record; the first signature counts. Returns the one that is kept. */
  keepSigned(serial: string, pem: string): string;
  certificate(serial: string): CertificateRecord | undefined;
  /** Withdraws codes and revokes certificates of an edge. A name without a record is revoked too: it may use a secret. */
  revoke(edge: string, organisation: string, nowMs: number): void;
  isRevoked(edge: string): boolean;
  list(nowMs: number): GatewaySummary[];
  close(): void;
}

export interface NewInvitation {
  readonly id: string;
  readonly edge: string;
  readonly organisation: string;
  readonly nowMs: number;
  readonly expiresMs: number;
}

const GATEWAYS_MAX = 10_000;

/** Throws when the file cannot be used or is of a later program. */
export function openGatewayStore(file: string): GatewayStore {
  return storeOn(openSideStore(file, { sql: GATEWAY_SCHEMA, version: GATEWAY_STORE_VERSION }));
}

function storeOn(database: Database.Database): GatewayStore {
  const read = prepareReads(database);
  const write = prepareWrites(database);

  const addCertificate = (
    edge: string,
    draft: CertificateDraft,
    origin: { invitation?: string; replaces?: string },
  ) => {
    write.addCertificate.run({ ...draft, edge, invitation: null, replaces: null, ...origin });
    return ok(read.certificate.get(draft.serial) as CertificateRecord);
  };

  const invite = database.transaction(({ nowMs, ...invitation }: NewInvitation) => {
    const { edge, organisation } = invitation;
    const known = read.gateway.get(edge);
    if (known !== undefined && known.organisation !== organisation) {
      return fail('other-organisation', `edge "${edge}" belongs to organisation "${known.organisation}"`);
    }
    if (known === undefined && (read.gatewayCount.get()?.count ?? 0) >= GATEWAYS_MAX) {
      return fail('too-many-gateways', `there are ${GATEWAYS_MAX} gateways already`);
    }
    write.addGateway.run({ edge, organisation, revokedMs: null });
    write.withdrawUnused.run({ edge, nowMs });
    write.forgetInvitations.run({ edge });
    write.addInvitation.run(invitation);
    return ok(undefined);
  });

  const claimInvitation = database.transaction((id: string, draft: CertificateDraft, nowMs: number): Claim => {
    const invitation = read.invitation.get(id);
    const plan = planEnrolment(invitation, draft.keyFingerprint, nowMs);
    if (!plan.ok) return plan;
    if (plan.value === 'repeat') {
      const issued = read.issuedFor.get({ id, keyFingerprint: draft.keyFingerprint });
      return issued === undefined
        ? fail('invitation-used', 'its certificate has expired: ask for a new code')
        : ok(issued);
    }
    const { edge } = invitation as InvitationRecord;
    write.claim.run({ id, keyFingerprint: draft.keyFingerprint });
    write.admit.run({ edge });
    return addCertificate(edge, draft, { invitation: id });
  });

  const claimRenewal = database.transaction(
    (serial: string, draft: CertificateDraft, { nowMs, graceMs }: { nowMs: number; graceMs: number }): Claim => {
      const certificate = read.certificate.get(serial);
      const earlier = read.renewalOf.get({ serial, keyFingerprint: draft.keyFingerprint });
      const edge = certificate?.edge ?? '';
      const validCount = read.validCount.get({ edge, nowMs })?.count ?? 0;
      const plan = planRenewal({ certificate, isRepeated: earlier !== undefined, validCount, graceMs, nowMs });
      if (!plan.ok) return plan;
      if (plan.value === 'repeat') return ok(earlier as CertificateRecord);
      write.forgetCertificates.run({ edge, beforeMs: nowMs - graceMs });
      return addCertificate(edge, draft, { replaces: serial });
    },
  );

  const revoke = database.transaction((edge: string, organisation: string, nowMs: number) => {
    write.addGateway.run({ edge, organisation, revokedMs: nowMs });
    write.revokeGateway.run({ edge, nowMs });
    write.revokeCertificates.run({ edge, nowMs });
    write.withdraw.run({ edge, nowMs });
  });

  return {
    invite: (invitation) => invite.immediate(invitation),
    invitation: (id) => read.invitation.get(id),
    claimInvitation: (id, draft, nowMs) => claimInvitation.immediate(id, draft, nowMs),
    claimRenewal: (serial, draft, time) => claimRenewal.immediate(serial, draft, time),
    keepSigned(serial, pem) {
      write.keepSigned.run({ serial, pem });
      return read.certificate.get(serial)?.pem ?? pem;
    },
    certificate: (serial) => read.certificate.get(serial),
    revoke: (edge, organisation, nowMs) => revoke.immediate(edge, organisation, nowMs),
    isRevoked: (edge) => (read.gateway.get(edge)?.revokedMs ?? null) !== null,
    list: (nowMs) => read.summaries.all({ nowMs }),
    close: () => database.close(),
  };
}

const CERTIFICATE_FIELDS = `serial, c.edge AS edge, organisation, key_fingerprint AS keyFingerprint,
  not_before_ms AS notBeforeMs, not_after_ms AS notAfterMs, c.revoked_ms AS revokedMs, pem
  FROM certificate AS c JOIN gateway AS g ON g.edge = c.edge`;

function prepareReads(database: Database.Database) {
  const prepare = <Parameters extends unknown[] | object, Row>(sql: string) =>
    database.prepare<Parameters extends unknown[] ? Parameters : [Parameters], Row>(sql);
  return {
    gateway: prepare<[string], { organisation: string; revokedMs: number | null }>(
      'SELECT organisation, revoked_ms AS revokedMs FROM gateway WHERE edge = ?',
    ),
    gatewayCount: prepare<[], { count: number }>('SELECT count(*) AS count FROM gateway'),
    invitation: prepare<[string], InvitationRecord>(
      `SELECT id, i.edge AS edge, organisation, expires_ms AS expiresMs, claimed_by AS claimedBy,
        withdrawn_ms AS withdrawnMs FROM invitation AS i JOIN gateway AS g ON g.edge = i.edge WHERE id = ?`,
    ),
    certificate: prepare<[string], CertificateRecord>(`SELECT ${CERTIFICATE_FIELDS} WHERE serial = ?`),
    issuedFor: prepare<{ id: string; keyFingerprint: string }, CertificateRecord>(
      `SELECT ${CERTIFICATE_FIELDS} WHERE invitation = @id AND key_fingerprint = @keyFingerprint`,
    ),
    renewalOf: prepare<{ serial: string; keyFingerprint: string }, CertificateRecord>(
      `SELECT ${CERTIFICATE_FIELDS} WHERE replaces = @serial AND key_fingerprint = @keyFingerprint`,
    ),
    validCount: prepare<{ edge: string; nowMs: number }, { count: number }>(
      `SELECT count(*) AS count FROM certificate
        WHERE edge = @edge AND revoked_ms IS NULL AND not_after_ms >= @nowMs`,
    ),
    summaries: prepare<{ nowMs: number }, GatewaySummary>(
      `SELECT edge, organisation, revoked_ms AS revokedMs,
        (SELECT max(not_after_ms) FROM certificate AS c
          WHERE c.edge = g.edge AND c.revoked_ms IS NULL AND not_after_ms >= @nowMs) AS certificateUntilMs,
        (SELECT max(expires_ms) FROM invitation AS i WHERE i.edge = g.edge AND claimed_by IS NULL
          AND withdrawn_ms IS NULL AND expires_ms > @nowMs) AS invitedUntilMs
        FROM gateway AS g ORDER BY edge`,
    ),
  };
}

function prepareWrites(database: Database.Database) {
  return {
    addGateway: database.prepare(
      `INSERT INTO gateway (edge, organisation, revoked_ms) VALUES (@edge, @organisation, @revokedMs)
        ON CONFLICT DO NOTHING`,
    ),
    revokeGateway: database.prepare('UPDATE gateway SET revoked_ms = @nowMs WHERE edge = @edge'),
    admit: database.prepare('UPDATE gateway SET revoked_ms = NULL WHERE edge = @edge'),
    addInvitation: database.prepare('INSERT INTO invitation (id, edge, expires_ms) VALUES (@id, @edge, @expiresMs)'),
    claim: database.prepare('UPDATE invitation SET claimed_by = @keyFingerprint WHERE id = @id'),
    withdraw: database.prepare(
      `UPDATE invitation SET withdrawn_ms = @nowMs WHERE edge = @edge AND withdrawn_ms IS NULL`,
    ),
    withdrawUnused: database.prepare(
      `UPDATE invitation SET withdrawn_ms = @nowMs
        WHERE edge = @edge AND withdrawn_ms IS NULL AND claimed_by IS NULL`,
    ),
    /** Of the codes before, the last sixteen are kept: enough to say why an old one no longer works. */
    forgetInvitations: database.prepare(
      `DELETE FROM invitation WHERE edge = @edge AND rowid NOT IN
        (SELECT rowid FROM invitation WHERE edge = @edge ORDER BY rowid DESC LIMIT 16)`,
    ),
    addCertificate: database.prepare(
      `INSERT INTO certificate (serial, edge, key_fingerprint, not_before_ms, not_after_ms, invitation, replaces)
        VALUES (@serial, @edge, @keyFingerprint, @notBeforeMs, @notAfterMs, @invitation, @replaces)`,
    ),
    keepSigned: database.prepare('UPDATE certificate SET pem = @pem WHERE serial = @serial AND pem IS NULL'),
    revokeCertificates: database.prepare(
      'UPDATE certificate SET revoked_ms = @nowMs WHERE edge = @edge AND revoked_ms IS NULL',
    ),
    /** What can neither log in nor be renewed any more needs no record to be refused. */
    forgetCertificates: database.prepare('DELETE FROM certificate WHERE edge = @edge AND not_after_ms < @beforeMs'),
  };
}
