import type { z } from 'zod';
import { type Fault, fail } from '../result/mod.ts';

/** The first thing that is wrong with a body: a hostile array has as many faults as entries. */
export function notThisFormat(error: z.ZodError): { readonly ok: false; readonly fault: Fault<'not-this-format'> } {
  const issue = error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'the body' : issue.path.join('.');
  return fail('not-this-format', `${where}: ${issue?.message ?? 'not as expected'}`);
}
