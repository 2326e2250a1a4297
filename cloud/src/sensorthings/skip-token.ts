import { ok } from '@meetbrug/protocols/result';
import { z } from 'zod';
import { type Answered, badRequest } from './refusal.ts';

/** A value of `$orderby` as it sorts and as it stands in a token. */
export type SortKey = null | boolean | number | string;

/**
 * Where a page ended: the sort keys and the id of its last entity, or of the last that was looked at. The next page takes
 * what comes behind it in the order, so what arrives in between neither moves nor repeats anything.
 */
export interface SkipToken {
  readonly keys: readonly SortKey[];
  readonly id: string;
  /** What is left of `$skip`. */
  readonly skip: number;
}

const TEXT_MAX = 4_000;
const schema = z.strictObject({
  k: z.array(z.union([z.null(), z.boolean(), z.number(), z.string()])).max(20),
  i: z.string().regex(/^\d{1,30}$/),
  s: z.int().min(0).optional(),
});

export function writeSkipToken({ keys, id, skip }: SkipToken): string {
  const text = JSON.stringify({ k: keys, i: id, ...(skip === 0 ? {} : { s: skip }) });
  return Buffer.from(text).toString('base64url');
}

export function readSkipToken(text: string): Answered<SkipToken> {
  const token =
    text.length > TEXT_MAX ? undefined : schema.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
  if (token?.success !== true) return badRequest('$skiptoken is none that this server gave');
  const { k, i, s = 0 } = token.data;
  return ok({ keys: k, id: i, skip: s });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
