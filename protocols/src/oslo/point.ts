import { geo, rdf, sf } from './terms.ts';
import { type Blank, blank, literal, type Triple, triplesOf } from './triple.ts';

const CRS84 = '<http://www.opengis.net/def/crs/OGC/1.3/CRS84>';

/** A coordinate or height to 7 decimals (a centimetre on the globe), without trailing zeros: WKT knows no exponents. */
export function fixedText(value: number): string {
  const text = String(Math.round(value * 1e7) / 1e7);
  return text.includes('e') ? value.toFixed(7) : text;
}

/** A point as a blank geometry, so that a reader needs no join (GeoSPARQL 1.1, CRS84: longitude first). */
export function pointGeometry(label: string, longitude: string, latitude: string): { node: Blank; triples: Triple[] } {
  const node = blank(label);
  const wkt = literal(`${CRS84} POINT(${longitude} ${latitude})`, geo.wktLiteral);
  return {
    node,
    triples: triplesOf(node, [
      [rdf.type, geo.Geometry],
      [rdf.type, sf.Point],
      [geo.asWKT, wkt],
    ]),
  };
}
