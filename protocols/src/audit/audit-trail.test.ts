import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUDIT_ORIGIN, parseAuditLine } from './audit-line.ts';
import { type AuditSettings, type AuditStorage, auditFiles, createAuditTrail } from './audit-trail.ts';
import { verifyAudit } from './verify-audit.ts';

const T0 = Date.UTC(2026, 6, 1, 12);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Files in memory, with a disk that may have no room. */
class MemoryStorage implements AuditStorage {
  readonly texts = new Map<string, string>();
  roomBytes = Number.POSITIVE_INFINITY;
  files() {
    return auditFiles([...this.texts.keys()]);
  }
  read(file: string) {
    return this.texts.get(file) ?? '';
  }
  sizeBytes(file: string) {
    return this.read(file).length;
  }
  append(file: string, text: string) {
    const written = text.slice(0, this.roomBytes);
    this.texts.set(file, this.read(file) + written);
    if (written.length < text.length) throw new Error('ENOSPC');
  }
  truncate(file: string, bytes: number) {
    this.texts.set(file, this.read(file).slice(0, bytes));
  }
  remove(file: string) {
    this.texts.delete(file);
  }
  exclusively<T>(work: () => T) {
    return work();
  }
  named() {
    return this.files().map((name) => ({ name, text: this.read(name) }));
  }
  lines() {
    return this.files().flatMap((file) => this.read(file).split('\n').slice(0, -1).map(parseAuditLine));
  }
}

function trailOn(storage: MemoryStorage, changes: Partial<AuditSettings> = {}) {
  const missed: unknown[] = [];
  const trail = createAuditTrail(storage, {
    sha256,
    nowMs: () => T0,
    fileBytesMax: 100_000,
    filesMax: 4,
    onMissed: (error) => missed.push(error),
    ...changes,
  });
  return { trail, missed };
}

function written(count: number, changes: Partial<AuditSettings> = {}) {
  const storage = new MemoryStorage();
  const { trail } = trailOn(storage, changes);
  for (let number = 1; number <= count; number += 1) trail.record({ event: 'start', who: 'cloud', fields: { number } });
  return { storage, trail };
}

describe('an audit trail', () => {
  it('is JSON lines with sequence, time, event, who, fields and the hash of the line before', () => {
    const { storage, trail } = written(2);
    const [first, second] = storage.read('audit-000001.jsonl').split('\n');
    expect(JSON.parse(first ?? '')).toEqual({
      sequence: 1,
      time: '2026-07-01T12:00:00.000Z',
      event: 'start',
      who: 'cloud',
      fields: { number: 1 },
      previous: AUDIT_ORIGIN.hash,
    });
    expect(JSON.parse(second ?? '')).toMatchObject({ sequence: 2, previous: sha256(first ?? '') });
    expect(trail.head()).toEqual({ sequence: 2, hash: sha256(second ?? '') });
    expect(trail.newest('start')?.fields).toEqual({ number: 2 });
    expect(trail.newest('stop')).toBeUndefined();
  });

  it('goes on where another process left off', () => {
    const { storage, trail } = written(2);
    trailOn(storage).trail.record({ event: 'gateway-revoked', who: 'command line' });
    trail.record({ event: 'stop', who: 'cloud' });
    expect(storage.lines().map((line) => line?.event)).toEqual(['start', 'start', 'gateway-revoked', 'stop']);
    expect(verifyAudit(storage.named(), sha256)).toMatchObject({ ok: true, value: { head: { sequence: 4 } } });
  });

  it('never holds a secret, and bounds what it holds', () => {
    const storage = new MemoryStorage();
    const fields = { password: 'p', code: 'c', detail: `ë${'x'.repeat(1_000)}` };
    trailOn(storage).trail.record({ event: 'x', who: 'w', fields });
    const text = storage.read('audit-000001.jsonl');
    expect(storage.lines()[0]?.fields).toEqual({
      password: '[redacted]',
      code: '[redacted]',
      detail: `ë${'x'.repeat(299)}`,
    });
    expect(Buffer.byteLength(text)).toBe(text.length);
  });

  it('is bounded: a new file begins with the hash of the last line, and the oldest go', () => {
    const { storage, trail } = written(100, { fileBytesMax: 1_000, filesMax: 3 });
    expect(storage.files()).toHaveLength(3);
    expect(storage.files()[0]).not.toBe('audit-000001.jsonl');
    const verdict = verifyAudit(storage.named(), sha256);
    expect(verdict).toMatchObject({ ok: true, value: { head: trail.head() } });
    expect(verdict.ok && verdict.value.firstSequence).toBeGreaterThan(1);
    expect(trail.newest('rotated')?.fields).toEqual({ removed: 1 });
  });

  it('repairs a last line that a crash tore, at any byte, without breaking the chain', () => {
    const { storage } = written(3);
    const whole = storage.read('audit-000001.jsonl');
    const lastLineAt = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let bytes = lastLineAt + 1; bytes < whole.length; bytes += 1) {
      const torn = new MemoryStorage();
      torn.texts.set('audit-000001.jsonl', whole.slice(0, bytes));
      expect(verifyAudit(torn.named(), sha256)).toMatchObject({ ok: true, value: { tornBytes: bytes - lastLineAt } });
      trailOn(torn).trail.record({ event: 'start', who: 'cloud' });
      expect(torn.lines().map((line) => line?.event)).toEqual(['start', 'start', 'torn-line-removed', 'start']);
      expect(verifyAudit(torn.named(), sha256)).toMatchObject({ ok: true, value: { tornBytes: 0 } });
    }
  });

  it.each(['', '{"sequence":4,"ti'])('goes on after a crash that left a new file with only "%s"', (torn) => {
    const { storage } = written(3);
    storage.texts.set('audit-000002.jsonl', torn);
    trailOn(storage).trail.record({ event: 'start', who: 'cloud' });
    expect(storage.lines().map((line) => line?.sequence)).toEqual(torn === '' ? [1, 2, 3, 4] : [1, 2, 3, 4, 5]);
    expect(verifyAudit(storage.named(), sha256).ok).toBe(true);
  });

  it('stops nothing when the disk is full, and says what it missed when there is room', () => {
    const { storage } = written(1);
    const { trail, missed } = trailOn(storage);
    storage.roomBytes = 20;
    trail.record({ event: 'a', who: 'w' });
    trail.record({ event: 'b', who: 'w' });
    expect(missed).toHaveLength(2);
    storage.roomBytes = Number.POSITIVE_INFINITY;
    trail.record({ event: 'c', who: 'w' });
    expect(storage.lines().map((line) => line?.event)).toEqual(['start', 'torn-line-removed', 'entries-missed', 'c']);
    expect(storage.lines()[2]?.fields).toEqual({ count: 2 });
    expect(verifyAudit(storage.named(), sha256).ok).toBe(true);
  });

  it('leaves a file that was tampered with as it is and begins another', () => {
    const { storage } = written(3);
    const tampered = storage.read('audit-000001.jsonl').replace('"number":2', '"number":9');
    storage.texts.set('audit-000001.jsonl', tampered);
    trailOn(storage).trail.record({ event: 'start', who: 'cloud' });
    expect(storage.read('audit-000001.jsonl')).toBe(tampered);
    expect(storage.lines().slice(3)).toMatchObject([
      { event: 'audit-damaged', fields: { file: 'audit-000001.jsonl', line: 3 } },
      { event: 'start' },
    ]);
    expect(verifyAudit(storage.named(), sha256)).toMatchObject({
      ok: false,
      fault: { detail: expect.stringContaining('audit-000001.jsonl, line 3') },
    });
  });
});

describe('tampering', () => {
  const { storage, trail } = written(12, { fileBytesMax: 900 });
  const files = storage.named();
  const lines = files.flatMap(({ name, text }, file) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line, index) => ({ name, file, index, line })),
  );
  const withLines = (change: (file: number, lines: string[]) => string[]) =>
    files.map(({ name, text }, file) => {
      const kept = change(file, text.split('\n').slice(0, -1));
      return { name, text: kept.map((line) => `${line}\n`).join('') };
    });

  it('is not seen where there is none', () => {
    expect(files.length).toBeGreaterThan(1);
    expect(verifyAudit(files, sha256, trail.head().hash).ok).toBe(true);
  });

  it('with any byte of any line is found, at that line or the one behind it, or by the head', () => {
    const place = fc.record({ line: fc.nat(lines.length - 1), at: fc.nat(), to: fc.integer({ min: 0x20, max: 0x7e }) });
    fc.assert(
      fc.property(place, ({ line, at, to }) => {
        const { file, index, line: text } = lines[line] as (typeof lines)[number];
        const position = at % text.length;
        const changed = text.slice(0, position) + String.fromCharCode(to) + text.slice(position + 1);
        fc.pre(changed !== text);
        const found = withLines((which, all) => (which === file ? all.with(index, changed) : all));
        const verdict = verifyAudit(found, sha256, trail.head().hash);
        expect(verdict.ok).toBe(false);
        const places = lines.slice(line, line + 2).map(({ name, index }) => `${name}, line ${index + 1}: `);
        const named = places.some((start) => !verdict.ok && verdict.fault.detail.startsWith(start));
        expect(named || (line === lines.length - 1 && !verdict.ok && verdict.fault.code === 'head-missing')).toBe(true);
      }),
      { numRuns: 500, seed: 5 },
    );
  });

  it.each<[string, (all: string[]) => string[]]>([
    ['a line taken out', (all) => all.toSpliced(1, 1)],
    ['two lines that changed places', (all) => [all[1] ?? '', all[0] ?? '', ...all.slice(2)]],
    ['a line said twice', (all) => all.toSpliced(1, 0, all[0] ?? '')],
  ])('is found: %s', (_, change) => {
    const changed = withLines((file, all) => (file === 1 ? change(all) : all));
    expect(verifyAudit(changed, sha256)).toMatchObject({ ok: false, fault: { code: 'audit-broken' } });
  });

  it('is found where a file in the middle is gone', () => {
    expect(verifyAudit(files.toSpliced(1, 1), sha256)).toMatchObject({ ok: false, fault: { code: 'audit-broken' } });
  });

  it('at the end is found with a head that was kept elsewhere, and only with it', () => {
    const cut = withLines((file, all) => (file === files.length - 1 ? all.slice(0, -1) : all));
    expect(verifyAudit(cut, sha256).ok).toBe(true);
    expect(verifyAudit(cut, sha256, trail.head().hash)).toMatchObject({ ok: false, fault: { code: 'head-missing' } });
  });
});
