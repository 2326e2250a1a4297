import type { Session } from '@meetbrug/protocols/lorawan';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { parse } from 'yaml';
import { readSecretFile } from '../config/read-secret.ts';
import { sessionsSchema } from '../config/sources/lorawan-session-config.ts';

/** The sessions of a file; none without one. A fault names the place in the file and quotes nothing of it: it holds keys. */
export function readSessions(file: string | undefined): Result<readonly Session[], Fault<'file-unusable'>> {
  if (file === undefined) return ok([]);
  const text = readSecretFile(file);
  if (!text.ok) return text;
  let content: unknown;
  try {
    content = parse(text.value);
  } catch {
    return fail('file-unusable', `${file} is neither YAML nor JSON`);
  }
  const sessions = sessionsSchema.safeParse(content);
  if (sessions.success) return ok(sessions.data);
  const [issue] = sessions.error.issues;
  const place = issue?.path.join('.') ?? '';
  return fail('file-unusable', `${file}: ${place === '' ? 'the list' : place}: ${issue?.message ?? 'not as expected'}`);
}
