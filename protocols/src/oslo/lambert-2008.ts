import proj4 from 'proj4';

/**
 * ETRS89 / Belgian Lambert 2008, EPSG:3812: Lambert conic conformal with two standard parallels (EPSG method 9802), as
 * the EPSG registry has it (https://epsg.io/3812, source NGI): false origin 50°47′52.134″N 4°21′33.177″E, parallels
 * 49°50′N and 51°10′N, false easting 649328 m, false northing 665262 m, ellipsoid GRS 1980. WGS 84 is taken for ETRS89,
 * as the registry's own transformation does: they differ by less than a metre.
 */
const EPSG_3812 =
  '+proj=lcc +lat_0=50.797815 +lon_0=4.359215833333333 +lat_1=49.833333333333336 +lat_2=51.166666666666664 ' +
  '+x_0=649328 +y_0=665262 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs';

/** Area of use in the registry: Belgium, onshore; degrees. */
const AREA_OF_USE = { west: 2.5, south: 49.5, east: 6.4, north: 51.51 };

const projection = proj4('WGS84', EPSG_3812);

/** Easting and northing in metres, to the centimetre, as text. */
export interface Lambert2008 {
  readonly x: string;
  readonly y: string;
}

/** A place in the map coordinates of Belgium; undefined where the projection is not meant for. */
export function toLambert2008(longitude: number, latitude: number): Lambert2008 | undefined {
  const { west, south, east, north } = AREA_OF_USE;
  if (longitude < west || longitude > east || latitude < south || latitude > north) return undefined;
  const [x, y] = projection.forward([longitude, latitude]);
  return { x: x.toFixed(2), y: y.toFixed(2) };
}
