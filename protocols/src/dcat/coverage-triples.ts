import { formatInstant } from '../observation/instant.ts';
import { dateTime, geo, rdf } from '../oslo/terms.ts';
import { blank, literal, type Triple, triplesOf } from '../oslo/triple.ts';
import type { BoundingBox, DatasetContents } from './catalogue.ts';
import { dcat, dct } from './catalogue-terms.ts';
import type { Statement } from './resource-statements.ts';

/** @param label of blank nodes, unique in the document */
export function coverage(label: string, { period, box }: DatasetContents) {
  const time = blank(`${label}t`);
  const place = blank(`${label}g`);
  const statements: Statement[] = [];
  const nodes: Triple[] = [];
  if (period !== undefined) {
    statements.push([dct.temporal, time]);
    nodes.push(
      ...triplesOf(time, [
        [rdf.type, dct.PeriodOfTime],
        [dcat.startDate, dateTime(formatInstant(period.fromMs))],
        [dcat.endDate, dateTime(formatInstant(period.untilMs))],
      ]),
    );
  }
  if (box !== undefined) {
    statements.push([dct.spatial, place]);
    nodes.push(...triplesOf(place, [[rdf.type, dct.Location], extent(box)]));
  }
  return { statements, nodes };
}

const CRS84 = '<http://www.opengis.net/def/crs/OGC/1.3/CRS84>';

/** A box without area is no polygon: of points on a line, or of one, only the middle is said. */
function extent({ west, south, east, north }: BoundingBox): Statement {
  const wkt = (text: string) => literal(`${CRS84} ${text}`, geo.wktLiteral);
  if (west === east || south === north) {
    return [dcat.centroid, wkt(`POINT(${(west + east) / 2} ${(south + north) / 2})`)];
  }
  const corners = [west, east, east, west, west].map((longitude, index) => {
    const latitude = index === 2 || index === 3 ? north : south;
    return `${longitude} ${latitude}`;
  });
  return [dcat.bbox, wkt(`POLYGON((${corners.join(', ')}))`)];
}
