import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { violationsIn } from './source-rules.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const TEXT = /\.(?:ts|json|yaml|npmrc)$|^\.npmrc$/;

const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
});
const files = listed
  .split('\n')
  .filter((path) => TEXT.test(path) && existsSync(join(ROOT, path)) && statSync(join(ROOT, path)).size < 2_000_000)
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

const violations = violationsIn(files);
for (const { path, line, rule } of violations) process.stderr.write(`${path}:${line} ${rule}\n`);
process.stdout.write(`Checked ${files.length} files against the source rules: ${violations.length} violations.\n`);
process.exitCode = violations.length === 0 ? 0 : 1;
