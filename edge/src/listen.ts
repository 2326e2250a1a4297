import type { AddressInfo, Server } from 'node:net';

/** A configured server could not be started; the message names the setting to change. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program: stop that or change the port',
  EACCES: 'needs a privilege that this user lacks: take a port above 1023',
  EADDRNOTAVAIL: 'is no address of this machine: change the host',
};

/**
 * Listens and gives the port, which is another one than asked for when that was 0.
 * @param setting path of the setting in the configuration, as `broker.port`
 */
export function listen(
  server: Server,
  setting: string,
  { host, port }: { host: string; port: number },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = REASONS[error.code ?? ''] ?? error.message;
      reject(new ListenError(`${setting}: ${host}:${port} ${reason}`, { cause: error }));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
