import { formatInstant } from '../observation/instant.ts';
import { datastream } from './datastream-triples.ts';
import type { EntityBody } from './described-entity.ts';
import { gap } from './gap-triples.ts';
import { measuringPoint, trafficMeasuringPoint } from './measuring-point-triples.ts';
import type { EntityMember } from './member.ts';
import { positionStatements } from './position.ts';
import type { PublishedIris } from './published-iris.ts';
import type { Statements } from './statements.ts';
import { dateTime, dcat, dct, duration, dutch, prov, rdf, rdfs, saref, sosa, string } from './terms.ts';
import { blank, type Iri, iri, type Triple, triplesOf } from './triple.ts';

type Body<Kind extends EntityBody['kind']> = Extract<EntityBody, { kind: Kind }>;

/** The IRI of a member: an entity and its version. */
export function entityVersionIri(iris: PublishedIris, { entity, version }: EntityMember): Iri {
  return iri(`${iris.entity(entity.path)}#${version}`);
}

/** One version of an entity: its own triples and those of its blank nodes. */
export function entityTriples(iris: PublishedIris, member: EntityMember): Triple[] {
  const { properties, blankNodes } = statements(iris, `m${member.ordinal}`, member.entity.body);
  return [
    ...triplesOf(entityVersionIri(iris, member), [
      [dct.isVersionOf, iri(iris.entity(member.entity.path))],
      [prov.generatedAtTime, dateTime(formatInstant(member.generatedMs))],
      ...positionStatements(member),
      ...properties,
    ]),
    ...blankNodes,
  ];
}

function statements(iris: PublishedIris, label: string, body: EntityBody): Statements {
  switch (body.kind) {
    case 'measuring-point':
      return measuringPoint(iris, label, body);
    case 'traffic-measuring-point':
      return trafficMeasuringPoint(iris, label, body);
    case 'datastream':
      return datastream(iris, label, body);
    case 'gap':
      return gap(iris, label, body);
    case 'sensor':
      return sensor(iris, label, body);
    case 'sampled-feature':
      return {
        properties: [
          [rdf.type, sosa.FeatureOfInterest],
          [rdfs.label, dutch(body.label)],
        ],
        blankNodes: [],
      };
    case 'procedure':
      return { properties: procedure(body), blankNodes: [] };
  }
}

function sensor(iris: PublishedIris, label: string, body: Body<'sensor'>): Statements {
  const platform = iri(iris.measuringPoint(body.hostedBy));
  const deployment = deploymentStatements(`${label}d`, platform, body.deployedFromMs);
  return {
    properties: [
      [rdf.type, sosa.Sensor],
      [saref.hasManufacturer, string(body.manufacturer)],
      [saref.hasModel, string(body.model)],
      [sosa.isHostedBy, platform],
      ...deployment.properties,
    ],
    blankNodes: deployment.blankNodes,
  };
}

/** A deployment that still goes on: its period has a start and no end. */
function deploymentStatements(label: string, platform: Iri, deployedFromMs: number | undefined): Statements {
  if (deployedFromMs === undefined) return { properties: [], blankNodes: [] };
  const deployment = blank(label);
  const period = blank(`${label}p`);
  return {
    properties: [[sosa.hasDeployment, deployment]],
    blankNodes: [
      ...triplesOf(deployment, [
        [rdf.type, sosa.Deployment],
        [sosa.deployedOnPlatform, platform],
        [dct.temporal, period],
      ]),
      ...triplesOf(period, [
        [rdf.type, dct.PeriodOfTime],
        [dcat.startDate, dateTime(formatInstant(deployedFromMs))],
      ]),
    ],
  };
}

function procedure(body: Body<'procedure'>): Statements['properties'] {
  const interval = intervalText(body);
  return [
    [rdf.type, sosa.ObservingProcedure],
    [rdfs.label, dutch(body.label)],
    ...(interval === undefined ? [] : ([[dcat.temporalResolution, duration(interval)]] as const)),
  ];
}

/** A calendar day is `P1D`, which ISO 8601 tells apart from 24 hours. */
function intervalText({ intervalSeconds, calendarInterval }: Body<'procedure'>): string | undefined {
  if (calendarInterval !== undefined) return 'P1D';
  return intervalSeconds === undefined ? undefined : `PT${intervalSeconds}S`;
}
