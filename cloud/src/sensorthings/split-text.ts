import { ok } from '@meetbrug/protocols/result';
import { type Answered, badRequest } from './refusal.ts';

/** Splits at a separator that stands outside quotes and parentheses. */
export function splitText(text: string, separator: ',' | ';'): Answered<readonly string[]> {
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "'") isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === separator && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
    if (depth < 0) break;
  }
  if (depth !== 0 || isQuoted) return badRequest(`parentheses or quotes of "${text.slice(0, 60)}" do not match`);
  return ok([...parts, text.slice(start)].map((part) => part.trim()));
}
