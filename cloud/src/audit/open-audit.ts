import { type AuditEntry, type AuditTrail, createAuditTrail } from '@meetbrug/protocols/audit';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { auditFolderOf, createAuditFolder, sha256 } from './audit-folder.ts';

/** What an operator may have to answer for, as it is written down. */
export interface Audit {
  record(event: string, who: string, fields?: AuditEntry['fields']): void;
  /** Says in the structured log, which other machines keep, where the trail stands. */
  sayHead(): void;
  trail: AuditTrail;
}

export interface AuditOptions {
  readonly dataDir: string;
  readonly nowMs: () => number;
  readonly logger: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
}

/** 64 MiB in all: some 200,000 entries. */
const FILE_BYTES_MAX = 4_194_304;
const FILES_MAX = 16;

/** Opens the audit trail of a data folder. Several processes may have it open. */
export function openAudit({ dataDir, nowMs, logger }: AuditOptions): Result<Audit, Fault<'data-dir-unusable'>> {
  try {
    const storage = createAuditFolder(auditFolderOf(dataDir));
    storage.exclusively(() => storage.files());
    const trail = createAuditTrail(storage, {
      sha256,
      nowMs,
      fileBytesMax: FILE_BYTES_MAX,
      filesMax: FILES_MAX,
      onMissed: (error) => logger.warn({ err: error, dataDir }, 'an entry of the audit log could not be written'),
    });
    return ok({
      trail,
      record: (event, who, fields = {}) => trail.record({ event, who, fields }),
      sayHead: () => logger.info({ audit: trail.head() }, 'head of the audit log'),
    });
  } catch (error) {
    return fail('data-dir-unusable', `--data-dir: the audit log cannot be opened: ${(error as Error).message}`);
  }
}
