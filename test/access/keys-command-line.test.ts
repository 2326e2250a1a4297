import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAuditFiles } from '@meetbrug/cloud/src/audit/audit-folder.ts';
import { expect, test } from 'vitest';
import { withFolder } from '../cloud/test-cloud.ts';

const CLI = fileURLToPath(import.meta.resolve('@meetbrug/cloud/src/cli.ts'));
const TIMEOUT_MS = 60_000;

test('keys are made, listed and revoked from the command line, and only the one line of stdout holds one', {
  timeout: TIMEOUT_MS,
}, async () => {
  await withFolder(async (folder) => {
    const config = join(folder, 'cloud.yaml');
    writeFileSync(config, 'organisations: [{ name: demo, label: Demo }]');
    const dataDir = join(folder, 'data');
    const keys = (...parameters: readonly string[]) => {
      const all = [CLI, 'keys', ...parameters, '--config', config, '--data-dir', dataDir];
      return spawnSync(process.execPath, all, { encoding: 'utf8', timeout: TIMEOUT_MS });
    };
    const created = keys('create', '--name', 'traffic office', '--stream', 'demo/mobility', '--days', '30');
    expect([created.status, created.stdout]).toEqual([0, expect.stringMatching(/^mbk_[0-9a-f]{16}_\S{43}\n$/)]);
    expect(created.stderr).toMatch(/^Key [0-9a-f]{16} for "traffic office", until \S+Z: read demo\/mobility\. /);
    const [, id = '', secret = ''] = /^mbk_([0-9a-f]{16})_(\S+)/.exec(created.stdout) ?? [];
    const wrong = keys('create', '--name', 'x', '--stream', 'demo/mobilty', '--right', 'write');
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('--stream: "demo/mobilty"')]);

    expect(keys('revoke', '--id', id)).toMatchObject({ status: 0, stdout: `key ${id} is revoked\n`, stderr: '' });
    const listed = keys('list');
    expect(JSON.parse(listed.stdout)).toMatchObject({
      id,
      name: 'traffic office',
      read: ['demo/mobility'],
      write: [],
      requestsPerMinute: null,
      expires: expect.any(String),
      revoked: expect.any(String),
    });
    const audit = readAuditFiles(join(dataDir, 'audit')).map(({ text }) => text);
    expect(audit.join().match(/key-(?:created|revoked)/g)).toEqual(['key-created', 'key-revoked']);
    for (const text of [created.stderr, listed.stdout, ...audit]) expect(text).not.toContain(secret);
  });
});
