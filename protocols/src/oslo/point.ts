import type { Lambert2008 } from './lambert-2008.ts';
import { geo, rdf, sf } from './terms.ts';
import type { BlankTree } from './time-nodes.ts';
import { blank, type Literal, literal, triplesOf } from './triple.ts';

const CRS84 = '<http://www.opengis.net/def/crs/OGC/1.3/CRS84>';
const LAMBERT_2008 = '<http://www.opengis.net/def/crs/EPSG/0/3812>';

/** A coordinate or height to 7 decimals (a centimetre on the globe), without trailing zeros: WKT knows no exponents. */
export function fixedText(value: number): string {
  const text = String(Math.round(value * 1e7) / 1e7);
  return text.includes('e') ? value.toFixed(7) : text;
}

/** A point as a blank geometry, so that a reader needs no join (GeoSPARQL 1.1, CRS84: longitude first). */
export function pointGeometry(label: string, longitude: string, latitude: string): BlankTree {
  return geometry(label, crs84Wkt(`POINT(${longitude} ${latitude})`));
}

/** The same in EPSG:3812: easting first, in metres. */
export function lambert2008Geometry(label: string, { x, y }: Lambert2008): BlankTree {
  return geometry(label, literal(`${LAMBERT_2008} POINT(${x} ${y})`, geo.wktLiteral));
}

/** Well-known text in CRS84 (GeoSPARQL 1.1): longitude first. */
export function crs84Wkt(text: string): Literal {
  return literal(`${CRS84} ${text}`, geo.wktLiteral);
}

function geometry(label: string, wkt: Literal): BlankTree {
  const node = blank(label);
  return {
    node,
    triples: triplesOf(node, [
      [rdf.type, geo.Geometry],
      [rdf.type, sf.Point],
      [geo.asWKT, wkt],
    ]),
  };
}
