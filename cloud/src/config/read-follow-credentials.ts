import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { FeedCredentials } from '../follow/feed-credentials.ts';
import type { FollowedFeedConfig } from './follow-config.ts';

/** What a header may hold, and no more than that. */
const SECRET = /^[\x21-\x7e]{1,4096}$/;

/**
 * Credentials for a followed feed; the detail of a fault begins with the setting.
 *
 * @param readSecret text of a file that the configuration names; undefined when it cannot be read
 */
export function readCredentials(
  { apiKeyFile, oauth2 }: Pick<FollowedFeedConfig, 'apiKeyFile' | 'oauth2'>,
  readSecret: (file: string) => string | undefined,
): Result<FeedCredentials, Fault<'secret-unreadable'>> {
  const read = (setting: string, file: string): Result<string, Fault<'secret-unreadable'>> => {
    const secret = readSecret(file);
    if (secret === undefined) return fail('secret-unreadable', `${setting}: ${file} cannot be read`);
    return SECRET.test(secret)
      ? ok(secret)
      : fail('secret-unreadable', `${setting}: ${file} must hold one word, without spaces`);
  };
  if (apiKeyFile !== undefined) {
    const key = read('apiKeyFile', apiKeyFile);
    return key.ok ? ok({ kind: 'api-key', key: key.value }) : key;
  }
  if (oauth2 !== undefined) {
    const { clientSecretFile, ...client } = oauth2;
    const secret = read('oauth2.clientSecretFile', clientSecretFile);
    return secret.ok ? ok({ kind: 'oauth2', ...client, clientSecret: secret.value }) : secret;
  }
  return ok({ kind: 'none' });
}
