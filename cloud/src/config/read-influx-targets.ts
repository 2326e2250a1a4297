import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { InfluxTarget } from '../influx/influx-target.ts';
import type { InfluxTargetConfig } from './time-series-config.ts';

type Read<T> = Result<T, Fault<'secret-unreadable'>>;

/** @param readSecret text of a file that the configuration names; undefined when it cannot be read */
export function readInfluxTargets(
  configured: readonly InfluxTargetConfig[],
  readSecret: (file: string) => string | undefined,
): Read<InfluxTarget[]> {
  const targets: InfluxTarget[] = [];
  for (const [index, target] of configured.entries()) {
    const read = readTarget(target, (setting, file) => {
      const secret = readSecret(file);
      return secret
        ? ok(secret)
        : fail('secret-unreadable', `timeSeries.influx[${index}].${setting}: ${file} cannot be read`);
    });
    if (!read.ok) return read;
    targets.push(read.value);
  }
  return ok(targets);
}

function readTarget(
  target: InfluxTargetConfig,
  read: (setting: string, file: string) => Read<string>,
): Read<InfluxTarget> {
  const { name, url, batchRows, timeoutMs, retryAfterMs } = target;
  const common = { name, url, batchRows, timeoutMs, retryAfterMs };
  if (target.version === 1) {
    const { version, database, retentionPolicy, username, passwordFile } = target;
    const place = { ...common, version, database, ...(retentionPolicy === undefined ? {} : { retentionPolicy }) };
    if (username === undefined || passwordFile === undefined) return ok(place);
    const password = read('passwordFile', passwordFile);
    return password.ok ? ok({ ...place, login: { username, password: password.value } }) : password;
  }
  const place =
    target.version === 2
      ? { ...common, version: target.version, organisation: target.organisation, bucket: target.bucket }
      : { ...common, version: target.version, database: target.database };
  if (target.tokenFile === undefined) return ok({ ...place } as InfluxTarget);
  const token = read('tokenFile', target.tokenFile);
  return token.ok ? ok({ ...place, token: token.value }) : token;
}
