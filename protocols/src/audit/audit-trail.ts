import {
  AUDIT_ORIGIN,
  type AuditEntry,
  type AuditHead,
  type AuditLine,
  formatAuditLine,
  parseAuditLine,
  type Sha256,
} from './audit-line.ts';
import { type AuditScan, scanAuditFile } from './verify-audit.ts';

/** Where audit files are; a shell has the disk. Every method may throw what its disk throws. */
export interface AuditStorage {
  /** Names, oldest first. */
  files(): string[];
  read(file: string): string;
  sizeBytes(file: string): number;
  /** Appends and returns when the disk has it. Makes the file when it is not there. */
  append(file: string, text: string): void;
  /** Cuts the file; durable on return. */
  truncate(file: string, bytes: number): void;
  remove(file: string): void;
  /** Does the work while no other process does its own. */
  exclusively<T>(work: () => T): T;
}

export interface AuditSettings {
  readonly sha256: Sha256;
  readonly nowMs: () => number;
  /** A file that has reached this is followed by another. */
  readonly fileBytesMax: number;
  /** Beyond it the oldest are removed, and the trail says so. */
  readonly filesMax: number;
  /** An entry could not be written: the next one that can says how many are missing. */
  readonly onMissed: (error: unknown) => void;
}

export interface AuditTrail {
  /** Writes an entry and returns when the disk has it. Never throws: a full disk must not stop what is recorded. */
  record(entry: AuditEntry): void;
  /** Its last line, to be kept elsewhere: without it nobody can tell that the end was cut off. */
  head(): AuditHead;
  /** The newest line of an event that is still kept; undefined where none is, or none can be read. */
  newest(event: string): AuditLine | undefined;
}

interface Current {
  readonly file: string;
  readonly bytes: number;
  readonly head: AuditHead;
}

const NAME = /^audit-(\d{6,})\.jsonl$/;

/** Names of audit files among others, oldest first. */
export function auditFiles(names: readonly string[]): string[] {
  const numberOf = (name: string) => Number(NAME.exec(name)?.[1]);
  return names.filter((name) => NAME.test(name)).sort((a, b) => numberOf(a) - numberOf(b));
}

function followingFile(file: string | undefined): string {
  const number = file === undefined ? 0 : Number(NAME.exec(file)?.[1]);
  return `audit-${String(number + 1).padStart(6, '0')}.jsonl`;
}

/**
 * An append-only trail in which every line holds the hash of the line before. What a crash tore off at the end is removed
 * and said; a file that was tampered with is left as it is, and a new one begins behind its last good line.
 */
export function createAuditTrail(storage: AuditStorage, settings: AuditSettings): AuditTrail {
  const { sha256, nowMs, fileBytesMax, filesMax } = settings;
  let known: Current | undefined;
  let missed = 0;

  const write = (current: Current, entry: AuditEntry): Current => {
    const text = formatAuditLine(current.head, entry, nowMs());
    storage.append(current.file, `${text}\n`);
    const head = { sequence: current.head.sequence + 1, hash: sha256(text) };
    return { file: current.file, bytes: current.bytes + text.length + 1, head };
  };

  /** A crash may have left the newest file without a whole line: then the one before says where the chain stands. */
  const scanNewest = (file: string, before: string | undefined): AuditScan => {
    const text = storage.read(file);
    const scan = scanAuditFile(text, undefined, sha256);
    if (scan.lines > 0 || before === undefined) return scan;
    return scanAuditFile(text, scanAuditFile(storage.read(before), undefined, sha256).head, sha256);
  };

  /** Another process may have written, or rotated, since. */
  const find = (): Current => {
    const files = storage.files();
    const file = files.at(-1);
    if (file === undefined) return { file: followingFile(undefined), bytes: 0, head: AUDIT_ORIGIN };
    if (known?.file === file && known.bytes === storage.sizeBytes(file)) return known;
    const scan = scanNewest(file, files.at(-2));
    if (scan.fault !== undefined) {
      const next = { file: followingFile(file), bytes: 0, head: scan.head };
      return write(next, { event: 'audit-damaged', who: 'audit', fields: { file, line: scan.fault.line } });
    }
    const current = { file, bytes: scan.bytes, head: scan.head };
    if (scan.tornBytes === 0) return current;
    storage.truncate(file, scan.bytes);
    return write(current, { event: 'torn-line-removed', who: 'audit', fields: { bytes: scan.tornBytes } });
  };

  const rotate = (current: Current): Current => {
    if (current.bytes < fileBytesMax) return current;
    const files = storage.files();
    const removed = files.slice(0, Math.max(0, files.length + 1 - filesMax));
    const next = { file: followingFile(current.file), bytes: 0, head: current.head };
    const begun = write(next, { event: 'rotated', who: 'audit', fields: { removed: removed.length } });
    for (const file of removed) storage.remove(file);
    return begun;
  };

  const record = (entry: AuditEntry) => {
    try {
      storage.exclusively(() => {
        known = rotate(find());
        if (missed > 0) known = write(known, { event: 'entries-missed', who: 'audit', fields: { count: missed } });
        missed = 0;
        known = write(known, entry);
      });
    } catch (error) {
      // What of it is on disk is found out when there is room again.
      known = undefined;
      missed += 1;
      settings.onMissed(error);
    }
  };

  return {
    record,
    head: () => known?.head ?? AUDIT_ORIGIN,
    newest(event) {
      try {
        return findNewest(storage, event);
      } catch {
        return undefined;
      }
    },
  };
}

function findNewest(storage: AuditStorage, event: string): AuditLine | undefined {
  for (const file of storage.files().reverse()) {
    const lines = storage.read(file).split('\n').map(parseAuditLine);
    const found = lines.findLast((line) => line?.event === event);
    if (found !== undefined) return found;
  }
  return undefined;
}
