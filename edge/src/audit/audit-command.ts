import { verifyAudit } from '@meetbrug/protocols/audit';
import { auditFolderOf, readAuditFiles, sha256 } from './audit-folder.ts';

/**
 * Verifies the audit log of a data folder, which may be in use; undefined where there is none. A fault names the first bad
 * line.
 *
 * @param knownHash a head that was kept elsewhere: shows whether lines were cut off at the end
 */
export function verifyAuditFolder(dataDir: string, knownHash?: string): ReturnType<typeof verifyAudit> | undefined {
  const files = readAuditFiles(auditFolderOf(dataDir));
  return files.length === 0 ? undefined : verifyAudit(files, sha256, knownHash);
}
