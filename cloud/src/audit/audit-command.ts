import { verifyAudit } from '@meetbrug/protocols/audit';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { auditFolderOf, readAuditFiles, sha256 } from './audit-folder.ts';

/**
 * Verifies the audit log of a data folder, which may be in use. The text says what was found; a fault names the first bad
 * line.
 *
 * @param knownHash a head that was kept elsewhere, from the structured log say: shows whether the end was cut off
 */
export function auditReport(dataDir: string, knownHash?: string): Result<string, Fault> {
  const files = readAuditFiles(auditFolderOf(dataDir));
  if (files.length === 0) return fail('no-audit', `--data-dir: there is no audit log in ${dataDir}`);
  const verdict = verifyAudit(files, sha256, knownHash);
  if (!verdict.ok) return verdict;
  const { firstSequence, head, tornBytes } = verdict.value;
  return ok(
    [
      `entries ${firstSequence} to ${head.sequence} follow each other; head ${head.hash}`,
      ...(tornBytes > 0
        ? [`the last line is not whole (${tornBytes} bytes): it is being written, or a crash tore it`]
        : []),
      ...(knownHash === undefined ? ['without --head nobody can tell whether lines are missing at the end'] : []),
    ].join('\n'),
  );
}
