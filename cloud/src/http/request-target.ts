import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/**
 * Reads a request target (RFC 9112 section 3.2) as if this server stood at the root of its host: the host of an absolute
 * form goes, and so does the path of the public base URL, which a reverse proxy may keep or strip. It is taken away only
 * where one of our own roots, or nothing, is left behind it: below the path `/ldes` a proxy that strips sends
 * `/ldes/demo/…`, one that keeps sends `/ldes/ldes/demo/…`.
 * @param roots first segments of what is served
 */
export function createTargetReader(publicBaseUrl: string, roots: ReadonlySet<string>): (target: string) => string {
  const prefix = new URL(publicBaseUrl).pathname.replace(/\/$/, '');
  return (target) => {
    const path = target.startsWith('/') ? target : target.replace(ABSOLUTE, '') || '/';
    if (prefix === '' || !path.startsWith(prefix)) return path;
    const rest = path.slice(prefix.length);
    const [, separator = '', root = ''] = /^([/?]?)([^/?]*)/.exec(rest) ?? [];
    if (separator === '' && root !== '') return path;
    return root === '' || separator === '?' || roots.has(root) ? `${rest.startsWith('/') ? '' : '/'}${rest}` : path;
  };
}

/** The target as it came, before any library tidied it: another spelling must be seen to be redirected. */
export function targetOf(context: Context): string {
  const { incoming } = (context.env ?? {}) as { readonly incoming?: IncomingMessage };
  return incoming?.url ?? context.req.url.replace(ABSOLUTE, '');
}
