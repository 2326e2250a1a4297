import { type AuditEntry, type AuditHead, createAuditTrail } from '@meetbrug/protocols/audit';
import { auditFolderOf, createAuditFolder, sha256 } from './audit-folder.ts';

/** What the edge and its commands did, as it is written down. */
export interface Audit {
  record(event: string, who: string, fields?: AuditEntry['fields']): void;
  /** A start, and whether the configuration is another than at the last one. */
  recordStart(configuration: unknown): void;
  head(): AuditHead;
}

export interface AuditOptions {
  readonly dataDir: string;
  readonly nowMs: () => number;
  readonly onMissed: (error: unknown) => void;
}

/** 4 MiB in all: some 12,000 entries, of an edge that writes few. */
const FILE_BYTES_MAX = 1_048_576;
const FILES_MAX = 4;
const WHO = 'edge';

/**
 * Opens the audit trail of a data folder. Several processes may have it open. What cannot be written is counted and said
 * later: an edge takes uplinks before it keeps books.
 */
export function openAudit({ dataDir, nowMs, onMissed }: AuditOptions): Audit {
  const storage = createAuditFolder(auditFolderOf(dataDir));
  const bounds = { fileBytesMax: FILE_BYTES_MAX, filesMax: FILES_MAX };
  const trail = createAuditTrail(storage, { sha256, nowMs, ...bounds, onMissed });
  const record: Audit['record'] = (event, who, fields = {}) => trail.record({ event, who, fields });
  return {
    record,
    head: trail.head,
    recordStart(settings) {
      const configuration = sha256(JSON.stringify(settings));
      const before = trail.newest('start')?.fields.configuration;
      record('start', WHO, { configuration, process: process.pid });
      if (before === undefined || before === configuration) return;
      record('configuration-changed', WHO, { from: before, to: configuration });
    },
  };
}
