import { z } from 'zod';

/** A file with a secret on one line: secrets never stand in the configuration itself. */
export const secretFile = z.string().min(1).max(1_000);
