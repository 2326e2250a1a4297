import { DEVICE_STATUS } from './concepts/device-status.ts';
import { HEAT_STRESS } from './concepts/heat-stress.ts';
import { MOBILITY } from './concepts/mobility.ts';
import { WATER_LEVEL } from './concepts/water-level.ts';
import type { ObservedProperty, PropertyRow } from './observed-property.ts';
import { qudtUnitIri } from './units.ts';

/** The catalogue as reviewed data. A key or a name, once published, never changes its meaning. */
const ROWS = { ...HEAT_STRESS, ...WATER_LEVEL, ...MOBILITY, ...DEVICE_STATUS } as const;

export type PropertyKey = keyof typeof ROWS;

function toProperty(key: PropertyKey): ObservedProperty {
  const row: PropertyRow = ROWS[key];
  const { traffic, range, matches = [], quantityKind, ...same } = row;
  return {
    ...same,
    key,
    path:
      traffic === undefined
        ? `concept/geobserveerd-kenmerk/${row.name}`
        : `verkeerskenmerk/${traffic.type.replace('_', '-')}/${traffic.roadUser.name}`,
    kind: row.unit === '{count}' ? 'count' : 'quantity',
    qudtUnit: qudtUnitIri(row.unit),
    quantityKind: `http://qudt.org/vocab/quantitykind/${quantityKind}`,
    range: { min: range[0], max: range[1] },
    matches,
    ...(traffic === undefined ? {} : { traffic }),
  };
}

export const PROPERTY_KEYS = Object.keys(ROWS) as PropertyKey[];

export const OBSERVED_PROPERTIES = Object.fromEntries(PROPERTY_KEYS.map((key) => [key, toProperty(key)])) as Readonly<
  Record<PropertyKey, ObservedProperty>
>;

export function isProperty(key: string): key is PropertyKey {
  return Object.hasOwn(ROWS, key);
}
