import { OBSERVED_PROPERTIES, PROPERTY_KEYS } from '../properties/mod.ts';
import { gap } from './gap-shape.ts';
import { positionShape } from './position.ts';
import { atMostOne, type NodeShape, one, type PropertyShape } from './shape.ts';
import { dcat, dct, geo, LINK_DIRECTIONS, prov, qudt, rdfs, saref, schema, sosa, unit, vcard, vm } from './terms.ts';
import { iri } from './triple.ts';
import {
  among,
  anyIri,
  dateTimeValue,
  decimalValue,
  durationValue,
  type IriPatterns,
  iriPatterns,
  labelValue,
  node,
  placePoint,
  textValue,
} from './value-shapes.ts';

/** A derived datastream names at most this many others. */
const SOURCES_MAX = 16;

/** What the `sensors` stream holds: a version of a place, a sensor, a procedure or a datastream, or a gap in its data. */
export function sensorsShape(publicBaseUrl: string): NodeShape {
  const patterns = iriPatterns(publicBaseUrl);
  return {
    name: 'sensors',
    label: { nl: 'Meetpunten en sensoren', en: 'Measuring points and sensors' },
    targets: { subjectsOf: [dct.isVersionOf] },
    iriPattern: patterns.entityVersion,
    types: { required: [] },
    properties: [one(dct.isVersionOf, anyIri), one(prov.generatedAtTime, dateTimeValue), positionShape],
    oneOf: [
      measuringPoint(patterns),
      trafficMeasuringPoint(patterns),
      {
        types: { required: [sosa.FeatureOfInterest], allowed: [] },
        properties: [one(dct.isVersionOf, patterns.sampledFeature), one(rdfs.label, labelValue)],
      },
      sensor(patterns),
      {
        types: { required: [sosa.ObservingProcedure], allowed: [] },
        properties: [
          one(dct.isVersionOf, patterns.procedure),
          one(rdfs.label, labelValue),
          atMostOne(dcat.temporalResolution, durationValue),
        ],
      },
      datastream(publicBaseUrl, patterns),
      gap(publicBaseUrl, patterns),
    ],
  };
}

/** In CRS84 and, where it lies in Belgium, in Lambert 2008. */
const geometries: PropertyShape = { path: geo.hasGeometry, min: 1, max: 2, value: node(placePoint) };

const heights: PropertyShape = {
  path: schema.additionalProperty,
  min: 0,
  max: 2,
  value: node({
    types: { required: [schema.PropertyValue], allowed: [] },
    properties: [
      one(schema.propertyID, { ...textValue, pattern: '^(mounting-height|local-zero-taw)$' }),
      one(schema.name, labelValue),
      one(schema.value, decimalValue),
      one(schema.unitCode, among(unit.M)),
    ],
  }),
};

function measuringPoint(patterns: IriPatterns): NodeShape {
  return {
    types: { required: [sosa.FeatureOfInterest, sosa.SpatialSample, sosa.Platform], allowed: [] },
    properties: [
      one(dct.isVersionOf, patterns.measuringPoint),
      one(rdfs.label, labelValue),
      atMostOne(sosa.isSampleOf, patterns.sampledFeature),
      geometries,
      heights,
    ],
  };
}

function trafficMeasuringPoint(patterns: IriPatterns): NodeShape {
  const sampled = atMostOne(vm.bemonsterdObject, patterns.sampledFeature);
  return {
    types: { required: [sosa.FeatureOfInterest, sosa.SpatialSample, vm.Verkeersmeetpunt], allowed: [] },
    properties: [
      one(dct.isVersionOf, patterns.trafficMeasuringPoint),
      one(rdfs.label, labelValue),
      atMostOne(sosa.isSampleOf, patterns.sampledFeature),
      { ...sampled, equals: sosa.isSampleOf },
      one(vm['Verkeersmeetpunt.rijrichting'], among(LINK_DIRECTIONS.in, LINK_DIRECTIONS.out)),
      geometries,
    ],
  };
}

function sensor(patterns: IriPatterns): NodeShape {
  const period: NodeShape = {
    types: { required: [dct.PeriodOfTime], allowed: [] },
    properties: [one(dcat.startDate, dateTimeValue)],
  };
  const deployment: NodeShape = {
    types: { required: [sosa.Deployment], allowed: [] },
    properties: [one(sosa.deployedOnPlatform, patterns.measuringPoint), one(dct.temporal, node(period))],
  };
  return {
    types: { required: [sosa.Sensor], allowed: [] },
    properties: [
      one(dct.isVersionOf, patterns.sensor),
      one(saref.hasManufacturer, textValue),
      one(saref.hasModel, textValue),
      one(sosa.isHostedBy, patterns.measuringPoint),
      atMostOne(sosa.hasDeployment, node(deployment)),
    ],
  };
}

function datastream(publicBaseUrl: string, patterns: IriPatterns): NodeShape {
  const contact: NodeShape = {
    types: { required: [vcard.Kind], allowed: [] },
    properties: [
      one(vcard.fn, textValue),
      atMostOne(vcard.hasEmail, { kind: 'iri', pattern: '^mailto:.+@.+$' }),
      atMostOne(vcard.hasURL, { kind: 'iri', pattern: '^https?://' }),
    ],
  };
  return {
    types: { required: [sosa.ObservationCollection], allowed: [] },
    properties: [
      one(dct.isVersionOf, patterns.datastream),
      one(sosa.hasFeatureOfInterest, patterns.anyMeasuringPoint),
      one(sosa.madeBySensor, patterns.sensor),
      one(sosa.usedProcedure, patterns.procedure),
      one(dct.license, { kind: 'iri', pattern: '^[Hh][Tt][Tt][Pp][Ss]?://' }),
      one(schema.validFrom, dateTimeValue),
      heights,
      atMostOne(dct.conformsTo, anyIri),
      { path: prov.wasDerivedFrom, min: 0, max: SOURCES_MAX, value: patterns.datastream },
      atMostOne(dcat.contactPoint, node(contact)),
    ],
    oneOf: propertiesByUnit(publicBaseUrl),
  };
}

/** A property is given in its own unit and no other. */
function propertiesByUnit(publicBaseUrl: string): NodeShape[] {
  const properties = PROPERTY_KEYS.map((key) => OBSERVED_PROPERTIES[key]);
  return [...Map.groupBy(properties, ({ qudtUnit }) => qudtUnit)].map(([qudtUnit, group]) => ({
    types: { required: [] },
    properties: [
      one(sosa.observedProperty, among(...group.map(({ path }) => iri(`${publicBaseUrl}/id/${path}`)))),
      one(qudt.hasUnit, among(iri(qudtUnit))),
    ],
  }));
}
