export {
  AUDIT_ORIGIN,
  type AuditEntry,
  type AuditHead,
  type AuditLine,
  type AuditValue,
  formatAuditLine,
  parseAuditLine,
  type Sha256,
} from './audit-line.ts';
export { type AuditSettings, type AuditStorage, type AuditTrail, auditFiles, createAuditTrail } from './audit-trail.ts';
export { REDACTED, SECRET_LOG_PATHS } from './secret-fields.ts';
export { type AuditVerdict, verifyAudit } from './verify-audit.ts';
