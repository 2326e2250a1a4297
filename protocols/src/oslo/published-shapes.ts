import { THEMES } from '../properties/mod.ts';
import { sensorsShape } from './entity-shapes.ts';
import { observationShapes } from './observation-shapes.ts';
import type { NodeShape } from './shape.ts';

/** The local names of the shapes that are published under `/id/shape/`. */
export const SHAPE_NAMES = ['observation', 'derived-observation', 'suppressed-count', ...THEMES, 'sensors'] as const;
export type ShapeName = (typeof SHAPE_NAMES)[number];

/** Every published shape under one public base URL: those of observations, and one of what `sensors` describes. */
export function publishedShapes(publicBaseUrl: string): Readonly<Record<ShapeName, NodeShape>> {
  const { observation, derived, suppressed, ofTheme } = observationShapes(publicBaseUrl);
  return {
    observation,
    'derived-observation': derived,
    'suppressed-count': suppressed,
    ...ofTheme,
    sensors: sensorsShape(publicBaseUrl),
  };
}
