import type { Fault, Result } from '@meetbrug/protocols/result';
import { fail, ok } from '@meetbrug/protocols/result';
import type { EdgeIdentity } from '../config/cloud-config.ts';
import type { LinkAccess } from './link-access.ts';

/** Who is at the other end of a connection, before MQTT has said a word. */
export type LinkPeer =
  | { readonly kind: 'plain' }
  /** TLS with a client certificate that the cloud's authority signed; dates and revocation are judged at login. */
  | { readonly kind: 'certificate'; readonly serial: string };

/** What the gateways' records say of a certificate or a name at this moment. */
export interface GatewayAccess {
  certificate(serial: string): Result<EdgeIdentity, Fault<CertificateRefusal>>;
  /** Whether this edge was shut out, whatever it identifies itself with. */
  isRevoked(edge: string): boolean;
}

export type CertificateRefusal = 'unknown-certificate' | 'certificate-revoked' | 'certificate-expired';
export type LoginRefusal = CertificateRefusal | 'bad-credentials' | 'secret-not-taken' | 'edge-revoked';

export interface Login {
  readonly peer: LinkPeer;
  readonly username: string | undefined;
  readonly password: Uint8Array | undefined;
}

/**
 * Which edge logs in. With a certificate the name in it is the only one that counts, and a secret is refused: a link that
 * asks for certificates must not be entered with less.
 */
export function admitLogin(
  { peer, username, password }: Login,
  secrets: LinkAccess,
  gateways: GatewayAccess,
): Result<EdgeIdentity, Fault<LoginRefusal>> {
  const edge = peer.kind === 'plain' ? bySecret() : byCertificate(peer.serial);
  if (edge.ok && gateways.isRevoked(edge.value.name)) return fail('edge-revoked', 'this edge is revoked');
  return edge;

  function bySecret(): Result<EdgeIdentity, Fault<LoginRefusal>> {
    const known = secrets.authenticate(username, password);
    return known === undefined ? fail('bad-credentials', 'bad user name or password') : ok(known);
  }

  function byCertificate(serial: string): Result<EdgeIdentity, Fault<LoginRefusal>> {
    if (password !== undefined) return fail('secret-not-taken', 'the certificate alone says who you are');
    const known = gateways.certificate(serial);
    if (!known.ok || username === undefined || username === known.value.name) return known;
    return fail('bad-credentials', 'the user name is not the name in the certificate');
  }
}

/** Whether a connection that was admitted may go on. */
export function mayStay(edge: EdgeIdentity, peer: LinkPeer, gateways: GatewayAccess): boolean {
  return !gateways.isRevoked(edge.name) && (peer.kind === 'plain' || gateways.certificate(peer.serial).ok);
}
