import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { AUDIT_ORIGIN, type AuditHead, followAuditLine, parseAuditLine, type Sha256 } from './audit-line.ts';

export interface AuditScan {
  /** After the last good line. */
  readonly head: AuditHead;
  readonly lines: number;
  /** Bytes of the good lines. */
  readonly bytes: number;
  /** Bytes behind the last line end: a line that is being written, or that a crash tore. */
  readonly tornBytes: number;
  /** The first line that does not follow the one before; what is behind it was not looked at. */
  readonly fault?: { readonly line: number; readonly detail: string };
}

/**
 * Follows the chain through one file.
 *
 * @param head where the file before ended; undefined when that is not kept any more: its first line is believed
 * @param onLine told of the head after each good line
 */
export function scanAuditFile(
  text: string,
  head: AuditHead | undefined,
  sha256: Sha256,
  onLine: (head: AuditHead) => void = () => undefined,
): AuditScan {
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  let current = head ?? believed(lines[0]);
  let bytes = 0;
  for (const [index, line] of lines.entries()) {
    const next = followAuditLine(current, line, sha256);
    if (!next.ok) {
      return {
        head: current,
        lines: index,
        bytes,
        tornBytes: 0,
        fault: { line: index + 1, detail: next.fault.detail },
      };
    }
    current = next.value;
    bytes += line.length + 1;
    onLine(current);
  }
  return { head: current, lines: lines.length, bytes, tornBytes: new TextEncoder().encode(torn).length };
}

function believed(firstLine: string | undefined): AuditHead {
  const line = parseAuditLine(firstLine ?? '');
  return line === undefined ? AUDIT_ORIGIN : { sequence: line.sequence - 1, hash: line.previous };
}

export interface AuditVerdict {
  readonly firstSequence: number;
  readonly head: AuditHead;
  /** A last line that is not whole. */
  readonly tornBytes: number;
}

/**
 * Follows the chain through all files that are kept, oldest first. A fault names the first bad line. What was cut off at
 * the end only a head that was kept elsewhere can show: it must be among the lines.
 */
export function verifyAudit(
  files: readonly { readonly name: string; readonly text: string }[],
  sha256: Sha256,
  knownHash?: string,
): Result<AuditVerdict, Fault<'audit-broken' | 'head-missing'>> {
  let head: AuditHead | undefined;
  let firstSequence = 0;
  let tornBytes = 0;
  let isKnownThere = knownHash === undefined;
  for (const [index, { name, text }] of files.entries()) {
    const scan = scanAuditFile(text, head, sha256, ({ sequence, hash }) => {
      if (firstSequence === 0) firstSequence = sequence;
      isKnownThere ||= hash === knownHash;
    });
    if (scan.fault !== undefined) {
      return fail('audit-broken', `${name}, line ${scan.fault.line}: ${scan.fault.detail}`);
    }
    if (scan.tornBytes > 0 && index < files.length - 1) {
      return fail('audit-broken', `${name}, line ${scan.lines + 1}: the end of the line is missing`);
    }
    head = scan.head;
    tornBytes = scan.tornBytes;
  }
  if (!isKnownThere) {
    return fail('head-missing', `no line has the hash ${knownHash}: lines were cut off at the end, or written anew`);
  }
  return ok({ firstSequence, head: head ?? AUDIT_ORIGIN, tornBytes });
}
