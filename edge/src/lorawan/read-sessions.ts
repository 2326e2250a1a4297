import type { Session } from '@meetbrug/protocols/lorawan';
import { parse } from 'yaml';
import { readSecret } from '../config/read-secret.ts';
import { sessionsSchema } from '../config/sources/lorawan-session-config.ts';
import { StartError } from '../start-error.ts';

const SETTING = 'lorawan.sessionsFile';

/**
 * The sessions of a file; none without one. Throws {@link StartError}, which names the setting and the place in the file
 * and quotes nothing of it: it holds keys.
 */
export function readSessions(file: string | undefined): readonly Session[] {
  if (file === undefined) return [];
  let content: unknown;
  try {
    content = parse(readSecret(SETTING, file));
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`${SETTING}: ${file} is neither YAML nor JSON`);
  }
  const sessions = sessionsSchema.safeParse(content);
  if (sessions.success) return sessions.data;
  const issue = sessions.error.issues[0];
  const place = issue?.path.join('.') ?? '';
  throw new StartError(
    `${SETTING}: ${file}: ${place === '' ? 'the list' : place}: ${issue?.message ?? 'not as expected'}`,
  );
}
