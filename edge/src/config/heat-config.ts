import type { PropertyKey } from '@meetbrug/protocols/properties';
import { z } from 'zod';

export const HEAT_INDICES = ['heat-index', 'apparent-temperature', 'wbgt', 'utci'] as const satisfies PropertyKey[];
export type HeatIndex = (typeof HEAT_INDICES)[number];

/** Which heat indices are computed and what counts as close enough in time and place. */
export const heatSchema = z.strictObject({
  indices: z
    .array(z.enum(HEAT_INDICES))
    .max(HEAT_INDICES.length)
    .refine((indices) => new Set(indices).size === indices.length, 'name each index once')
    .default(['heat-index', 'apparent-temperature'])
    .describe(
      'Indices to compute wherever a place has their inputs. Wind speed and, for UTCI, globe temperature only count as ' +
        'inputs where at.mountingHeightMetres of their sensor is given.',
    ),
  withinSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(600)
    .describe('How much older than the air temperature another input may be.'),
  withinMetres: z
    .number()
    .min(0)
    .max(10_000)
    .default(0)
    .describe('How far from the air temperature another input may be measured; 0 is the same measuring point only.'),
  globeDiameterMetres: z
    .number()
    .min(0.03)
    .max(0.15)
    .refine((metres) => Number.isInteger(Math.round(metres * 1e6) / 1e3), 'whole millimetres')
    .default(0.15)
    .describe('Diameter of the black globes: UTCI needs it and its procedure names it. ISO 7243 asks for 0.15.'),
});

export type HeatSettings = z.infer<typeof heatSchema>;
