import { z } from 'zod';
import type { MemoryMark } from './follow-memory.ts';

const markSchema = z.object({ lineage: z.string(), commits: z.int().min(0) });

/** A mark as the store keeps it beside the members of its commit. */
export function stateOfMark(mark: MemoryMark): string {
  return JSON.stringify(mark);
}

/** @param state undefined when nothing was committed yet; something else than a mark counts as nothing */
export function markOfState(state: string | undefined): MemoryMark | undefined {
  const parsed = markSchema.safeParse(parseJson(state));
  return parsed.success ? parsed.data : undefined;
}

function parseJson(text: string | undefined): unknown {
  try {
    return text && JSON.parse(text);
  } catch {
    return undefined;
  }
}
