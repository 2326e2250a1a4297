import { QUALITY_FLAGS } from '../observation/quality.ts';
import {
  OBSERVED_PROPERTIES,
  type ObservedProperty,
  PROPERTY_KEYS,
  THEME_CONCEPTS,
  THEMES,
  type Theme,
} from '../properties/mod.ts';
import { positionShape } from './position.ts';
import { type NodeShape, none, one, type PropertyShape } from './shape.ts';
import { dct, dqv, geo, prov, sosa, vm } from './terms.ts';
import { type Iri, iri } from './triple.ts';
import {
  among,
  anyIri,
  crs84Point,
  dateTimeValue,
  type IriPatterns,
  iriPatterns,
  naturalValue,
  node,
  phenomenonTime,
  quantityIn,
  suppressedIn,
  trueValue,
} from './value-shapes.ts';
import { qualityPath } from './vocabulary.ts';

/** Derived values name at most this many inputs. */
const INPUTS_MAX = 16;
/** The classes of the ISO 19156 overlay, which an installation may publish besides. */
const ISO_CLASSES = [
  iri('http://def.isotc211.org/iso19156/2011/Measurement#OM_Measurement'),
  iri('http://def.isotc211.org/iso19156/2011/CountObservation#OM_CountObservation'),
];

/** The shapes of observations under one public base URL. */
export interface ObservationShapes {
  /** What every observation has. */
  readonly observation: NodeShape;
  /** An observation that was computed from others. */
  readonly derived: NodeShape;
  /** A count too small to publish. */
  readonly suppressed: NodeShape;
  /** The members of each theme's stream. */
  readonly ofTheme: Readonly<Record<Theme, NodeShape>>;
}

export function observationShapes(publicBaseUrl: string): ObservationShapes {
  const patterns = iriPatterns(publicBaseUrl);
  const observation = commonShape(publicBaseUrl, patterns);
  const ofAll = PROPERTY_KEYS.map((key) => OBSERVED_PROPERTIES[key]);
  const ofTheme = THEMES.map((theme) => {
    const properties = ofAll.filter((property) => property.theme === theme);
    return [theme, themeShape(publicBaseUrl, theme, observation, properties)] as const;
  });
  return {
    observation,
    derived: {
      name: 'derived-observation',
      label: { nl: 'Afgeleide observatie', en: 'Derived observation' },
      targets: { subjectsOf: [sosa.relatedObservation] },
      types: { required: [sosa.Observation] },
      properties: [
        { path: sosa.relatedObservation, min: 1, max: INPUTS_MAX, value: patterns.observation },
        one(sosa.usedProcedure, patterns.procedure),
      ],
      conformsTo: [observation],
    },
    suppressed: {
      name: 'suppressed-count',
      label: { nl: 'Afgeschermde telling', en: 'Suppressed count' },
      types: { required: [sosa.Observation] },
      properties: [],
      conformsTo: [observation],
      oneOf: grouped(ofAll.filter(isCount)).map((group) => suppressedShape(publicBaseUrl, group)),
    },
    ofTheme: Object.fromEntries(ofTheme) as Record<Theme, NodeShape>,
  };
}

function commonShape(publicBaseUrl: string, patterns: IriPatterns): NodeShape {
  const flags = QUALITY_FLAGS.map((flag) => iri(`${publicBaseUrl}/id/${qualityPath(flag)}`));
  const qualityMeasurement: NodeShape = {
    types: { required: [dqv.QualityMeasurement], allowed: [] },
    properties: [one(dqv.isMeasurementOf, among(...flags)), one(dqv.value, trueValue)],
  };
  return {
    name: 'observation',
    label: { nl: 'Observatie', en: 'Observation' },
    targets: { classes: [sosa.Observation] },
    iriPattern: patterns.observationVersion,
    types: { required: [sosa.Observation] },
    properties: [
      one(dct.isVersionOf, patterns.observation),
      one(prov.generatedAtTime, dateTimeValue),
      positionShape,
      one(sosa.observedProperty, anyIri),
      one(sosa.hasFeatureOfInterest, patterns.anyMeasuringPoint),
      one(sosa.madeBySensor, patterns.sensor),
      one(sosa.usedProcedure, patterns.procedure),
      one(sosa.phenomenonTime, node(phenomenonTime)),
      one(sosa.resultTime, dateTimeValue),
      one(geo.hasGeometry, node(crs84Point)),
      { path: sosa.resultQuality, min: 0, max: QUALITY_FLAGS.length, value: node(qualityMeasurement) },
      { path: sosa.relatedObservation, min: 0, max: INPUTS_MAX, value: patterns.observation },
    ],
  };
}

function themeShape(
  publicBaseUrl: string,
  theme: Theme,
  observation: NodeShape,
  properties: readonly ObservedProperty[],
): NodeShape {
  return {
    name: theme,
    label: THEME_CONCEPTS[theme].label,
    targets: { classes: [sosa.Observation], subjectsOf: [dct.isVersionOf] },
    types: { required: [sosa.Observation] },
    properties: [],
    conformsTo: [observation],
    oneOf: grouped(properties).flatMap((group) =>
      isCount(group[0])
        ? [countShape(publicBaseUrl, group), suppressedShape(publicBaseUrl, group)]
        : [quantityShape(publicBaseUrl, group)],
    ),
  };
}

type Group = readonly [ObservedProperty, ...ObservedProperty[]];

/** Properties whose observations look the same: one unit, with the terms of traffic or without. */
function grouped(properties: readonly ObservedProperty[]): Group[] {
  const groups = new Map<string, [ObservedProperty, ...ObservedProperty[]]>();
  for (const property of properties) {
    const key = `${property.unit} ${property.traffic !== undefined}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [property]);
    else known.push(property);
  }
  return [...groups.values()];
}

function isCount({ kind }: ObservedProperty): boolean {
  return kind === 'count';
}

function quantityShape(publicBaseUrl: string, group: Group): NodeShape {
  const result = node(quantityIn(group[0].qudtUnit));
  return ofGroup(publicBaseUrl, group, [one(sosa.hasResult, result), none(sosa.hasSimpleResult)]);
}

function countShape(publicBaseUrl: string, group: Group): NodeShape {
  return ofGroup(publicBaseUrl, group, [one(sosa.hasSimpleResult, naturalValue), none(sosa.hasResult)]);
}

function suppressedShape(publicBaseUrl: string, group: Group): NodeShape {
  const result = node(suppressedIn(group[0].qudtUnit));
  return ofGroup(publicBaseUrl, group, [one(sosa.hasResult, result), none(sosa.hasSimpleResult)]);
}

/** OSLO's own terms for traffic repeat what SOSA's say. */
const TRAFFIC_TERMS: readonly PropertyShape[] = [
  one(vm.geobserveerdKenmerk, anyIri, sosa.observedProperty),
  one(vm.geobserveerdObject, anyIri, sosa.hasFeatureOfInterest),
];

function ofGroup(publicBaseUrl: string, group: Group, results: readonly PropertyShape[]): NodeShape {
  const isTraffic = group[0].traffic !== undefined;
  const properties: readonly Iri[] = group.map(({ path }) => iri(`${publicBaseUrl}/id/${path}`));
  return {
    types: {
      required: [sosa.Observation, ...(isTraffic ? [vm.Verkeersmeting] : [])],
      allowed: ISO_CLASSES,
    },
    properties: [one(sosa.observedProperty, among(...properties)), ...results, ...(isTraffic ? TRAFFIC_TERMS : [])],
  };
}
