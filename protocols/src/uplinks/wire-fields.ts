import { z } from 'zod';

/**
 * Fields that both network servers write. Both map protobuf to JSON: what is missing or null stands for the default of its
 * type, and a float may be the text `"NaN"`, which tells nothing about a signal.
 */
export const countSchema = (max: number) =>
  z
    .int()
    .min(0)
    .max(max)
    .nullish()
    .transform((value) => value ?? 0);

export const flagSchema = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** A signal level: a number or nothing. */
export const levelSchema = z.number().optional().catch(undefined);

/** A name that a network server gives; longer than any of them allows is no name. */
export const NAME_TEXT_MAX = 256;
export const nameTextSchema = z.string().max(NAME_TEXT_MAX);

/** What is read only where it helps: wrong types count as absent. */
export const optionalTextSchema = z.string().optional().catch(undefined);

export const FRAME_COUNTER_MAX = 2 ** 32 - 1;
export const PORT_MAX = 255;
