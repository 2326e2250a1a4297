import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/**
 * Ports that nobody listened on a moment ago, for programs that must come back on the same port after a kill. All are
 * held open until the last is known, so that they differ.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  return ports;
}
