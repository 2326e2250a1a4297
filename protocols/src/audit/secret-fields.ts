/** What stands in place of a secret. */
export const REDACTED = '[redacted]';

/** Names of fields that may hold a secret, wherever they stand. */
const SECRET_NAMES = ['secret', 'password', 'passphrase', 'authorization', 'token', 'key', 'privateKey', 'invitation'];

/** `code` is an invitation's where it stands by itself; inside an error it says what failed. */
const SECRET_AT_TOP = ['code'];

export function isSecretField(name: string): boolean {
  return SECRET_NAMES.includes(name) || SECRET_AT_TOP.includes(name);
}

/** The same for a structured log, as paths that pino's `redact` takes: two levels deep, which is as deep as we log. */
export const SECRET_LOG_PATHS: readonly string[] = [
  ...SECRET_AT_TOP,
  ...SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
];
