import type { Context, MiddlewareHandler } from 'hono';
import { segmentsOf } from '../http/path-segments.ts';
import { targetOf } from '../http/request-target.ts';
import { type Access, answerRefusal } from './access.ts';
import type { Caller } from './caller.ts';
import { cutWhenLost } from './cut-when-lost.ts';
import type { ReadScope } from './read-scope.ts';

/** Who sends a request, for the doors behind a {@link RequestGuard}. */
export type CallerOf = (context: Context) => Caller;
export type ScopeOf = (context: Context) => ReadScope;

/** Stands before every door. */
export interface RequestGuard {
  readonly guard: MiddlewareHandler;
  /** Throws where the guard was not passed: a door that nobody guards answers nobody. */
  readonly callerOf: CallerOf;
  readonly scopeOf: ScopeOf;
}

interface Passed {
  readonly caller: Caller;
  readonly scope: ReadScope;
}

const VARY_BY_CALLER = ['Authorization', 'X-API-KEY'];
const SHARED = /\bpublic\b/;

/**
 * Finds the caller of each request once, and marks what was made for it: caches that several readers share must not keep
 * what only one may have, nor give a small answer to who may have a larger one.
 */
export function createRequestGuard(access: Access): RequestGuard {
  const passed = new WeakMap<Request, Passed>();
  const passOf = ({ req }: Context): Passed => {
    const pass = passed.get(req.raw);
    if (pass === undefined) throw new Error('a door stands before the guard');
    return pass;
  };
  return {
    callerOf: (context) => passOf(context).caller,
    scopeOf: (context) => passOf(context).scope,
    async guard(context, next) {
      const target = targetOf(context);
      const { headers } = context.req.raw;
      const found = await access.authenticate(headers, target);
      if (!found.ok) return answerRefusal(found.fault);
      const caller = found.value;
      passed.set(context.req.raw, { caller, scope: access.scopeOf(caller) });
      await next();
      if (context.res.status === 403) access.noteForbidden(caller);
      if (access.privateStreams.length === 0 || isPublicFeed(target, access)) return undefined;
      const marked = markedFor(caller, context.res);
      const answer = caller.kind === 'none' ? marked : cutWhenLost(marked, () => access.recognise(headers), access);
      // Without this the headers of before would be put over those of the new one.
      context.res = undefined;
      context.res = answer;
      return undefined;
    },
  };
}

/** A document of a public stream is the same for everybody. */
function isPublicFeed(target: string, access: Access): boolean {
  const [root, organisation, stream] = segmentsOf(target);
  return (
    root === 'ldes' && organisation !== undefined && stream !== undefined && !access.isPrivate(organisation, stream)
  );
}

function markedFor(caller: Caller, response: Response): Response {
  const headers = new Headers(response.headers);
  const vary = (headers.get('vary') ?? '').split(',').map((name) => name.trim());
  headers.set('Vary', [...vary.filter((name) => name !== ''), ...VARY_BY_CALLER].join(', '));
  const control = headers.get('cache-control');
  if (caller.kind !== 'none' && control !== 'no-store') {
    const rest = control?.replace(SHARED, 'private') ?? 'no-cache';
    headers.set('Cache-Control', rest.includes('private') ? rest : `private, ${rest}`);
  }
  return new Response(response.body, { status: response.status, headers });
}
