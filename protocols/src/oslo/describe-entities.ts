import type { DatastreamDescription } from '../observation/datastream-description.ts';
import { organisationIris } from '../observation/iris.ts';
import type { DescribedEntity } from './described-entity.ts';
import { fixedText } from './point.ts';

const RELATIVE = organisationIris('', '-');
const RELATIVE_ID = '/id/-/';

function pathOf(relativeIri: string): string {
  return relativeIri.slice(RELATIVE_ID.length);
}

/**
 * What a description says about each thing it names, apart: the measuring point (and its counting direction, and the
 * feature that it samples), the sensor, the procedure and the datastream. Two descriptions that say the same of a shared
 * thing give equal bodies, so a second datastream of one sensor makes no new version of the sensor; hosting is said by
 * the sensor for that reason, because a measuring point hosts several.
 */
export function describedEntities(description: DatastreamDescription): DescribedEntity[] {
  const { measuringPoint, sensor, procedure, datastream } = description;
  return [
    ...measuringPoints(description),
    {
      path: pathOf(RELATIVE.sensor(sensor.name)),
      body: {
        kind: 'sensor',
        manufacturer: sensor.manufacturer,
        model: sensor.model,
        hostedBy: measuringPoint.name,
      },
    },
    {
      path: pathOf(RELATIVE.procedure(procedure.name)),
      body: {
        kind: 'procedure',
        label: procedure.label,
        ...(procedure.intervalSeconds === undefined ? {} : { intervalSeconds: procedure.intervalSeconds }),
      },
    },
    {
      path: pathOf(RELATIVE.datastream(datastream)),
      body: {
        kind: 'datastream',
        datastream,
        property: description.property,
        measuringPoint: measuringPoint.name,
        ...(description.direction === undefined ? {} : { direction: description.direction }),
        sensor: sensor.name,
        procedure: procedure.name,
        licence: description.licence,
        validFromMs: description.validFromMs,
      },
    },
  ];
}

function measuringPoints({ measuringPoint, direction }: DatastreamDescription): DescribedEntity[] {
  const { name, label, samples, mountingHeightMetres, localZeroTawMetres } = measuringPoint;
  const place = {
    name,
    label,
    longitude: fixedText(measuringPoint.longitude),
    latitude: fixedText(measuringPoint.latitude),
    ...(samples === undefined ? {} : { samples: samples.name }),
  };
  const entities: DescribedEntity[] = [
    {
      path: pathOf(RELATIVE.measuringPoint(name)),
      body: {
        kind: 'measuring-point',
        ...place,
        ...(mountingHeightMetres === undefined ? {} : { mountingHeightMetres: fixedText(mountingHeightMetres) }),
        ...(localZeroTawMetres === undefined ? {} : { localZeroTawMetres: fixedText(localZeroTawMetres) }),
      },
    },
  ];
  if (direction !== undefined) {
    const path = pathOf(RELATIVE.measuringPoint(name, direction));
    entities.push({ path, body: { kind: 'traffic-measuring-point', ...place, direction } });
  }
  if (samples !== undefined) {
    const path = pathOf(RELATIVE.sampledFeature(samples.name));
    entities.push({ path, body: { kind: 'sampled-feature', label: samples.label } });
  }
  return entities;
}
