import { type NodeShape, none, one, type PropertyShape, patternOf, type ValueShape } from './shape.ts';
import { geo, qudt, rdf, sf, sosa, time, xsd } from './terms.ts';
import { type Iri, iri } from './triple.ts';

const NAME = '[a-z0-9][a-z0-9-]{0,63}';
const DATASTREAM = `${NAME}(_in|_out)?\\.${NAME}\\.${NAME}\\.${NAME}`;
const INSTANT =
  '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{3})?Z';
const DECIMAL = '-?[0-9]+(\\.[0-9]+)?';

const literalOf = (datatype: Iri, pattern: string): ValueShape => ({
  kind: 'literal',
  datatype,
  pattern: `^${pattern}$`,
});

export const anyIri: ValueShape = { kind: 'iri' };
export const dateTimeValue = literalOf(xsd.dateTime, INSTANT);
export const decimalValue = literalOf(xsd.decimal, DECIMAL);
export const naturalValue = literalOf(xsd.integer, '[0-9]+');
export const positiveValue = literalOf(xsd.integer, '[1-9][0-9]*');
export const trueValue = literalOf(xsd.boolean, 'true');
export const durationValue = literalOf(xsd.duration, '(P1D|PT[1-9][0-9]*S)');
export const textValue = { kind: 'literal', datatype: xsd.string, pattern: '.' } as const satisfies ValueShape;
/** Text in a language. */
export const labelValue: ValueShape = { kind: 'literal', datatype: rdf.langString, pattern: '.' };

export const among = (...iris: readonly Iri[]): ValueShape => ({ kind: 'iri', among: iris });
export const node = (shape: NodeShape): ValueShape => ({ kind: 'node', shape });

/** The IRIs that an installation mints, as patterns: the organisation stands right behind `/id/`. */
export function iriPatterns(publicBaseUrl: string) {
  const id = `^${patternOf(publicBaseUrl)}/id/${NAME}`;
  const minted = (tail: string): ValueShape => ({ kind: 'iri', pattern: `${id}/${tail}$` });
  return {
    observation: minted(`observatie/${DATASTREAM}/${INSTANT}`),
    observationVersion: `${id}/observatie/${DATASTREAM}/${INSTANT}#[0-9]+$`,
    measuringPoint: minted(`meetpunt/${NAME}`),
    trafficMeasuringPoint: minted(`verkeersmeetpunt/${NAME}/(inDirection|inOppositeDirection)`),
    anyMeasuringPoint: minted(`(meetpunt/${NAME}|verkeersmeetpunt/${NAME}/(inDirection|inOppositeDirection))`),
    sensor: minted(`sensor/${NAME}`),
    procedure: minted(`procedure/${NAME}`),
    sampledFeature: minted(`gebied/${NAME}`),
    datastream: minted(`datastream/${DATASTREAM}`),
    gap: minted(`hiaat/(${DATASTREAM}|poort/${NAME})/[a-z]+/[0-9]+`),
    gapSubject: minted(`(datastream/${DATASTREAM}|poort/${NAME})`),
    entityVersion: `${id}/[^#]+#[0-9]+$`,
  };
}
export type IriPatterns = ReturnType<typeof iriPatterns>;

const instant: NodeShape = {
  types: { required: [time.Instant], allowed: [] },
  properties: [one(time.inXSDDateTimeStamp, literalOf(xsd.dateTimeStamp, INSTANT))],
};
const interval: NodeShape = {
  types: { required: [time.ProperInterval], allowed: [] },
  properties: [one(time.hasBeginning, node(instant)), one(time.hasEnd, node(instant))],
};
/** When an observation was true. */
export const phenomenonTime: NodeShape = {
  types: { required: [] },
  properties: [],
  oneOf: [instant, interval],
};

const CRS84 = '<http://www\\.opengis\\.net/def/crs/OGC/1\\.3/CRS84>';
const LAMBERT_2008 = '<http://www\\.opengis\\.net/def/crs/EPSG/0/3812>';
const pointIn = (crs: string): NodeShape => ({
  types: { required: [geo.Geometry, sf.Point], allowed: [] },
  properties: [one(geo.asWKT, literalOf(geo.wktLiteral, `${crs} POINT\\(${DECIMAL} ${DECIMAL}\\)`))],
});
/** A point, longitude first. */
export const crs84Point = pointIn(CRS84);
/** A point in one of the two reference systems that places are published in. */
export const placePoint = pointIn(`(${CRS84}|${LAMBERT_2008})`);

const quantityTypes = { required: [sosa.Result, qudt.QuantityValue], allowed: [] };

/** A number with its unit. */
export function quantityIn(unitIri: string): NodeShape {
  return {
    types: quantityTypes,
    properties: [
      one(qudt.numericValue, decimalValue),
      one(qudt.hasUnit, among(iri(unitIri))),
      none(qudt.lowerBound),
      none(qudt.upperBound),
    ],
  };
}

/** A count too small to publish: bounds and no number. */
export function suppressedIn(unitIri: string): NodeShape {
  const bounds: PropertyShape[] = [
    one(qudt.lowerBound, literalOf(xsd.decimal, '0')),
    one(qudt.upperBound, literalOf(xsd.decimal, '[0-9]+')),
  ];
  return {
    types: quantityTypes,
    properties: [...bounds, one(qudt.hasUnit, among(iri(unitIri))), none(qudt.numericValue)],
  };
}
