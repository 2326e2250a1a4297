import { z } from 'zod';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { isSecretField, REDACTED } from './secret-fields.ts';

/** SHA-256 of a text, in lower-case hex: given by the shells, since this package has no cryptography. */
export type Sha256 = (text: string) => string;

/** Where a chain of audit lines stands: its last line. */
export interface AuditHead {
  /** 0 before the first line. */
  readonly sequence: number;
  readonly hash: string;
}

/** Before the first line there is. */
export const AUDIT_ORIGIN: AuditHead = { sequence: 0, hash: '0'.repeat(64) };

export type AuditValue = string | number | boolean | null;

/** Something that somebody may have to answer for. */
export interface AuditEntry {
  /** What happened, such as `gateway-revoked`. */
  readonly event: string;
  /** Who did it: a program, a gateway, a user of the command line. */
  readonly who: string;
  readonly fields?: Readonly<Record<string, AuditValue>>;
}

const hash = z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits');

const auditLineSchema = z.strictObject({
  sequence: z.int().min(1),
  /** ISO 8601, UTC. */
  time: z.iso.datetime({ precision: 3 }),
  event: z.string(),
  who: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Hash of the line before, so that no line can be changed, taken out or moved without breaking the chain. */
  previous: hash,
});
export type AuditLine = z.infer<typeof auditLineSchema>;

const TEXT_MAX = 300;
const FIELDS_MAX = 16;

/** The next line of a chain, without its line end. ASCII, so that its length in bytes is that of the text. */
export function formatAuditLine(head: AuditHead, { event, who, fields = {} }: AuditEntry, timeMs: number): string {
  const line: AuditLine = {
    sequence: head.sequence + 1,
    time: new Date(timeMs).toISOString(),
    event: bounded(event),
    who: bounded(who),
    fields: Object.fromEntries(
      Object.entries(fields)
        .slice(0, FIELDS_MAX)
        .map(([name, value]) => [name, isSecretField(name) ? REDACTED : boundedValue(value)]),
    ),
    previous: head.hash,
  };
  return JSON.stringify(line).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const bounded = (text: string) => text.slice(0, TEXT_MAX);
const boundedValue = (value: AuditValue) => (typeof value === 'string' ? bounded(value) : value);

/** What a text says as a line, whether or not it belongs to a chain. */
export function parseAuditLine(text: string): AuditLine | undefined {
  try {
    const parsed = auditLineSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export type AuditFaultCode = 'not-a-line' | 'sequence-broken' | 'chain-broken';

/** The head after a line, or why the line does not follow the one before. */
export function followAuditLine(
  head: AuditHead,
  text: string,
  sha256: Sha256,
): Result<AuditHead, Fault<AuditFaultCode>> {
  const line = parseAuditLine(text);
  if (line === undefined) return fail('not-a-line', 'this is no audit line');
  if (line.sequence !== head.sequence + 1) {
    return fail('sequence-broken', `sequence ${line.sequence} follows ${head.sequence}`);
  }
  if (line.previous !== head.hash) return fail('chain-broken', 'the line before is not the one that was written');
  return ok({ sequence: line.sequence, hash: sha256(text) });
}
