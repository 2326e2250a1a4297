import type { DatastreamDescription } from '../observation/datastream-description.ts';
import { organisationIris } from '../observation/iris.ts';
import { OBSERVED_PROPERTIES } from '../properties/catalogue.ts';
import type { DescribedEntity, EntityBody } from './described-entity.ts';
import { toLambert2008 } from './lambert-2008.ts';
import { fixedText } from './point.ts';

const RELATIVE = organisationIris('', '-');
const RELATIVE_ID = '/id/-/';

function pathOf(relativeIri: string): string {
  return relativeIri.slice(RELATIVE_ID.length);
}

/**
 * What a description says about each thing it names, apart: the measuring point (and its counting direction, and the
 * feature that it samples), the sensor, the procedure and the datastream. Two descriptions that say the same of a shared
 * thing give equal bodies, so a second datastream of one sensor makes no new version of the sensor. For that reason a
 * thing that several datastreams share says only what is single-valued for it: hosting and deployment are said by the
 * sensor, because a measuring point hosts several; heights, datum, inputs, licence and contact by the datastream.
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
        ...(description.deployedFromMs === undefined ? {} : { deployedFromMs: description.deployedFromMs }),
      },
    },
    {
      path: pathOf(RELATIVE.procedure(procedure.name)),
      body: {
        kind: 'procedure',
        label: procedure.label,
        ...(procedure.intervalSeconds === undefined ? {} : { intervalSeconds: procedure.intervalSeconds }),
        ...(procedure.calendarInterval === undefined ? {} : { calendarInterval: procedure.calendarInterval }),
      },
    },
    { path: pathOf(RELATIVE.datastream(datastream)), body: datastreamBody(description) },
  ];
}

function datastreamBody(description: DatastreamDescription): EntityBody {
  const { measuringPoint, procedure, direction, contact } = description;
  const { mountingHeightMetres, localZeroTawMetres } = measuringPoint;
  const { verticalDatum } = OBSERVED_PROPERTIES[description.property];
  return {
    kind: 'datastream',
    datastream: description.datastream,
    property: description.property,
    measuringPoint: measuringPoint.name,
    ...(direction === undefined ? {} : { direction }),
    sensor: description.sensor.name,
    procedure: procedure.name,
    licence: description.licence,
    validFromMs: description.validFromMs,
    ...(mountingHeightMetres === undefined ? {} : { mountingHeightMetres: fixedText(mountingHeightMetres) }),
    ...(localZeroTawMetres === undefined ? {} : { localZeroTawMetres: fixedText(localZeroTawMetres) }),
    ...(verticalDatum === undefined ? {} : { verticalDatum }),
    ...(procedure.derivedFrom === undefined ? {} : { derivedFrom: procedure.derivedFrom }),
    ...(contact === undefined ? {} : { contact }),
  };
}

function measuringPoints({ measuringPoint, direction }: DatastreamDescription): DescribedEntity[] {
  const { name, label, samples } = measuringPoint;
  const lambert2008 = toLambert2008(measuringPoint.longitude, measuringPoint.latitude);
  const place = {
    name,
    label,
    longitude: fixedText(measuringPoint.longitude),
    latitude: fixedText(measuringPoint.latitude),
    ...(lambert2008 === undefined ? {} : { lambert2008 }),
    ...(samples === undefined ? {} : { samples: samples.name }),
  };
  const entities: DescribedEntity[] = [
    { path: pathOf(RELATIVE.measuringPoint(name)), body: { kind: 'measuring-point', ...place } },
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
