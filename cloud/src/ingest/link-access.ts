import { createHash, timingSafeEqual } from 'node:crypto';
import { type LinkTopic, parseLinkTopic } from '@meetbrug/protocols/delivery';
import type { EdgeAccess } from '../config/cloud-config.ts';

/** Who may log in, and what an edge may do. */
export interface LinkAccess {
  /** The edge that a user name and password belong to; takes as long for a wrong name as for a wrong password. */
  authenticate(username: string | undefined, password: Uint8Array | undefined): EdgeAccess | undefined;
}

export function createLinkAccess(edges: readonly EdgeAccess[]): LinkAccess {
  const digest = (secret: string | Uint8Array) => createHash('sha256').update(secret).digest();
  const known = new Map(edges.map((edge) => [edge.name, { edge, digest: digest(edge.secret) }]));
  const nobody = digest('');
  return {
    authenticate(username, password) {
      if (username === undefined || password === undefined) return undefined;
      const entry = known.get(username);
      const equal = timingSafeEqual(digest(password), entry?.digest ?? nobody);
      return equal ? entry?.edge : undefined;
    },
  };
}

/** What an edge publishes: its own hello and batches. Undefined for any other topic. */
export function publishedKind(edge: string, topic: string): 'hello' | 'batch' | undefined {
  const kind = ownKind(edge, topic);
  return kind === 'hello' || kind === 'batch' ? kind : undefined;
}

/** Whether an edge may listen to a topic filter: its own welcome and acknowledgement, no wildcard. */
export function maySubscribe(edge: string, filter: string): boolean {
  const kind = ownKind(edge, filter);
  return kind === 'welcome' || kind === 'acknowledgement';
}

function ownKind(edge: string, topic: string): LinkTopic | undefined {
  const parsed = parseLinkTopic(topic);
  return parsed?.edge === edge ? parsed.kind : undefined;
}
