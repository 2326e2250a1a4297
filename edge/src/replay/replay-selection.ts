import { epochMsSchema } from '@meetbrug/protocols/observation';
import { z } from 'zod';

/** Which raw forms are run again; what is not said selects all. */
export const replaySelectionSchema = z.strictObject({
  /** Of the quarantine: why a record is there. */
  reasons: z.array(z.string().min(1).max(64)).max(64).optional(),
  device: z.string().min(1).max(128).optional(),
  /** Received from this moment on, and before that one. */
  fromMs: epochMsSchema.optional(),
  toMs: epochMsSchema.optional(),
  /** `kept`: the raw uplinks beside the observations of the outbox, after the quarantine. */
  kept: z.boolean(),
});

export type ReplaySelection = z.infer<typeof replaySelectionSchema>;

/** Whether something received then, for that reason, is asked for. */
export function isSelected({ reasons, fromMs, toMs }: ReplaySelection, receivedMs: number, reason?: string): boolean {
  if (fromMs !== undefined && receivedMs < fromMs) return false;
  if (toMs !== undefined && receivedMs >= toMs) return false;
  return reason === undefined || reasons === undefined || reasons.includes(reason);
}
