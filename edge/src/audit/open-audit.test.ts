import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { verifyAuditFolder } from './audit-command.ts';
import { openAudit } from './open-audit.ts';

function makeDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'meetbrug-edge-audit-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  return dataDir;
}

function open(dataDir: string) {
  const onMissed = (error: unknown) => {
    throw error;
  };
  return openAudit({ dataDir, nowMs: () => Date.UTC(2026, 6, 1), onMissed });
}

test('an edge records its starts, and a configuration that is another than before', () => {
  const dataDir = makeDataDir();
  open(dataDir).recordStart({ port: 1 });
  open(dataDir).recordStart({ port: 1 });
  const audit = open(dataDir);
  audit.recordStart({ port: 2 });
  audit.record('resend', 'command line', { from: '2026-06-01T00:00:00Z' });
  const file = join(dataDir, 'audit', 'audit-000001.jsonl');
  const text = readFileSync(file, 'utf8');
  const events = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).event);
  expect(events).toEqual(['start', 'start', 'start', 'configuration-changed', 'resend']);
  expect(verifyAuditFolder(dataDir, audit.head().hash)).toMatchObject({ ok: true, value: { head: audit.head() } });

  writeFileSync(file, text.replace('"resend"', '"remand"'));
  expect(verifyAuditFolder(dataDir, audit.head().hash)).toMatchObject({ ok: false, fault: { code: 'head-missing' } });
  writeFileSync(file, text.replace('"configuration-changed"', '"configuration-kept"'));
  expect(verifyAuditFolder(dataDir)).toMatchObject({
    ok: false,
    fault: { detail: expect.stringContaining('audit-000001.jsonl, line 5:') },
  });
  expect(verifyAuditFolder(makeDataDir())).toBeUndefined();
});
