import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { auditReport } from './audit-command.ts';
import { auditFolderOf } from './audit-folder.ts';
import { type Audit, openAudit } from './open-audit.ts';
import { recordRunning } from './record-running.ts';

const T0 = Date.UTC(2026, 6, 1, 12);

function makeDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'meetbrug-audit-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  return dataDir;
}

function open(dataDir: string): { audit: Audit; said: object[] } {
  const said: object[] = [];
  const logger = { info: (fields: object) => void said.push(fields), warn: (fields: object) => void said.push(fields) };
  const audit = openAudit({ dataDir, nowMs: () => T0, logger });
  if (!audit.ok) throw new Error(audit.fault.detail);
  return { audit: audit.value, said };
}

const linesOf = (dataDir: string) =>
  readdirSync(auditFolderOf(dataDir))
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) =>
      readFileSync(join(auditFolderOf(dataDir), name), 'utf8')
        .split('\n')
        .slice(0, -1),
    )
    .map((line) => JSON.parse(line));

describe('the audit log of a data folder', () => {
  test('is for its owner alone', () => {
    const dataDir = makeDataDir();
    open(dataDir).audit.record('start', 'cloud');
    const folder = auditFolderOf(dataDir);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'audit-000001.jsonl')).mode & 0o777).toBe(0o600);
  });

  test('takes entries of two programs in one chain', () => {
    const dataDir = makeDataDir();
    const [cloud, command] = [open(dataDir).audit, open(dataDir).audit];
    for (let turn = 0; turn < 5; turn += 1) {
      cloud.record('quarantine', 'cloud', { conflict: turn });
      command.record('gateway-invited', 'command line', { edge: `edge-${turn}` });
    }
    expect(linesOf(dataDir).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(auditReport(dataDir)).toMatchObject({ ok: true });
  });

  test('is verified with a head from the structured log, and the first bad line is named', () => {
    const dataDir = makeDataDir();
    const { audit, said } = open(dataDir);
    for (const edge of ['a', 'b', 'c']) audit.record('gateway-revoked', 'command line', { edge });
    audit.sayHead();
    const [{ audit: head }] = said as [{ audit: { hash: string } }];
    expect(auditReport(dataDir, head.hash)).toMatchObject({ ok: true, value: expect.stringContaining('1 to 3') });

    const file = join(auditFolderOf(dataDir), 'audit-000001.jsonl');
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.split('\n').slice(0, 2).join('\n').concat('\n'));
    expect(auditReport(dataDir)).toMatchObject({ ok: true });
    expect(auditReport(dataDir, head.hash)).toMatchObject({ ok: false, fault: { code: 'head-missing' } });
    writeFileSync(file, whole.replace('"edge":"a"', '"edge":"x"'));
    expect(auditReport(dataDir)).toMatchObject({
      ok: false,
      fault: { detail: expect.stringContaining('audit-000001.jsonl, line 2:') },
    });
  });

  test('that is not there is no good news', () => {
    expect(auditReport(makeDataDir())).toMatchObject({ ok: false, fault: { code: 'no-audit' } });
  });

  test('cannot be opened where a file stands in its way', () => {
    const dataDir = makeDataDir();
    writeFileSync(auditFolderOf(dataDir), '');
    const logger = { info: () => undefined, warn: () => undefined };
    expect(openAudit({ dataDir, nowMs: () => T0, logger })).toMatchObject({ ok: false });
  });
});

describe('a running cloud', () => {
  test('records its start, its end, what happened often as a number, and a configuration that differs', () => {
    const dataDir = makeDataDir();
    const first = recordRunning(open(dataDir).audit, { mqtt: { port: 1 } });
    first.quarantined({ conflict: 2 });
    first.quarantined({ conflict: 1, 'outside-range': 4 });
    first.takenOver('edge-a');
    first.takenOver('edge-a');
    first.refused({ edge: 'edge-z', reason: 'bad-credentials', count: 7 });
    first.certificateAsked({ request: 'enrol', address: '192.0.2.1', edge: 'edge-a' });
    first.certificateAsked({ request: 'renew', address: '192.0.2.1', refusal: 'certificate-revoked' });
    first.stop();
    recordRunning(open(dataDir).audit, { mqtt: { port: 1 } }).stop();
    const { audit, said } = open(dataDir);
    recordRunning(audit, { mqtt: { port: 2 } }).stop();

    expect(linesOf(dataDir).map(({ event }) => event)).toEqual([
      'start',
      'link-refused',
      'gateway-enrolled',
      'quarantine',
      'connection-taken-over',
      'enrolment-refused',
      'stop',
      'start',
      'stop',
      'start',
      'configuration-changed',
      'stop',
    ]);
    const fieldsOf = (event: string) => linesOf(dataDir).find((line) => line.event === event)?.fields;
    expect(fieldsOf('quarantine')).toEqual({ conflict: 3, 'outside-range': 4 });
    expect(fieldsOf('connection-taken-over')).toEqual({ 'edge-a': 2 });
    expect(said.at(-1)).toEqual({ audit: audit.trail.head() });
    expect(auditReport(dataDir, audit.trail.head().hash)).toMatchObject({ ok: true });
  });
});
