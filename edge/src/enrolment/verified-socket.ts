import { connect, type TLSSocket } from 'node:tls';
import type { Fault, Result } from '@meetbrug/protocols/result';

export interface VerifiedSocketOptions {
  readonly host: string;
  readonly port: number;
  /** What this gateway shows; nothing while it has no certificate. */
  readonly client?: { readonly keyPem: string; readonly certificatePem: string };
  /** Decides on the server once the handshake is done. */
  readonly judge: (socket: TLSSocket) => Result<unknown, Fault>;
}

/**
 * A TLS connection whose server is judged by us. Until it is, nothing that was written leaves this machine; a server that
 * is refused ends the socket with an error that says why.
 */
export function connectVerified({ host, port, client, judge }: VerifiedSocketOptions): TLSSocket {
  const socket = connect({
    host,
    port,
    // An IP address is no server name (RFC 6066 section 3).
    servername: /[a-z]/i.test(host) && !host.includes(':') ? host : '',
    minVersion: 'TLSv1.2',
    // The judge takes its place: the library would hold the certificate against a clock that may be wrong.
    rejectUnauthorized: false,
    ...(client === undefined ? {} : { key: client.keyPem, cert: client.certificatePem }),
  });
  socket.cork();
  socket.once('secureConnect', () => {
    const verdict = judge(socket);
    if (verdict.ok) socket.uncork();
    else socket.destroy(new Error(verdict.fault.detail));
  });
  return socket;
}
