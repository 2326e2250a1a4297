import type { SecureContextOptions, Server } from 'node:tls';
import type { Authority } from './authority.ts';
import { createServerIdentity, type ServerIdentity } from './server-identity.ts';

/** What the TLS servers of this cloud show and trust; renewed while they run. */
export interface ServerTls {
  /** Key, chain and the one authority that client certificates may come from. */
  options(): SecureContextOptions;
  /** Gives a server the next certificate when it comes. */
  follow(server: Server): void;
  stop(): void;
}

const CHECK_EVERY_MS = 3_600_000;

/** @param names host names and IP addresses under which gateways reach this cloud */
export async function startServerTls(
  authority: Authority,
  names: readonly string[],
  { nowMs, randomBytes }: { readonly nowMs: () => number; readonly randomBytes: (count: number) => Uint8Array },
): Promise<ServerTls> {
  const renew = () => createServerIdentity(authority, names, nowMs(), randomBytes);
  let identity = await renew();
  const servers: Server[] = [];
  const timer = setInterval(async () => {
    if (nowMs() < identity.renewMs) return;
    identity = await renew();
    for (const server of servers) server.setSecureContext(contextOf(identity, authority));
  }, CHECK_EVERY_MS);
  return {
    options: () => contextOf(identity, authority),
    follow: (server) => void servers.push(server),
    stop: () => clearInterval(timer),
  };
}

function contextOf({ keyPem, chainPem }: ServerIdentity, authority: Authority): SecureContextOptions {
  return { key: keyPem, cert: chainPem, ca: authority.certificatePem, minVersion: 'TLSv1.2' };
}
