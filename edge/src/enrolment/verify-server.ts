import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { TimeBounds } from './time-bounds.ts';

export type ServerFaultCode = 'wrong-authority' | 'wrong-name' | 'not-a-server' | 'not-yet-valid' | 'expired';

export interface ServerCheck {
  /** What the server showed. */
  readonly certificate: X509Certificate;
  /** The one authority that counts. */
  readonly authority: X509Certificate;
  /** Host name or IP address that was dialled. */
  readonly host: string;
  readonly time: TimeBounds;
}

const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';

/**
 * Whether a server is the cloud: its certificate signed by our authority, for servers, for the name that was dialled, and
 * valid as far as the time is known. Checked here and not by the TLS library, which knows the system clock only.
 * Gives a time that has passed for certain: the authority signed the certificate then.
 */
export function verifyServer({
  certificate,
  authority,
  host,
  time,
}: ServerCheck): Result<number, Fault<ServerFaultCode>> {
  if (!certificate.checkIssued(authority) || !certificate.verify(authority.publicKey)) {
    return fail('wrong-authority', "the server's certificate is not of the authority that this gateway enrolled with");
  }
  if (certificate.ca || !certificate.keyUsage?.includes(SERVER_AUTHENTICATION)) {
    return fail('not-a-server', 'the certificate that the server shows is not for servers');
  }
  if ((isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) === undefined) {
    return fail('wrong-name', `the server's certificate is not for ${host}: add it to the "names" of its tls setting`);
  }
  if (certificate.validToDate.getTime() < time.earliestMs)
    return fail('expired', "the server's certificate has expired");
  const beginMs = certificate.validFromDate.getTime();
  if (time.latestMs !== undefined && beginMs > time.latestMs) {
    return fail('not-yet-valid', "the server's certificate is not valid yet: is the clock of this machine behind?");
  }
  return ok(beginMs);
}
