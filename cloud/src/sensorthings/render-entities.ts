import type { Entity } from './entity.ts';
import { nextLink, selfLink } from './links.ts';
import { MODEL, type SetName } from './model.ts';
import type { ExpandItem, QueryOptions } from './query-options.ts';
import { type ObservationReading, readObservations } from './read-observations.ts';
import { type EntityPage, pageOf } from './read-page.ts';
import { badRequest, orRefuse, Refused } from './refusal.ts';
import { writeJson } from './values.ts';

/** A property that is written although it has no value: the standard wants it there. */
const ALWAYS_WRITTEN = 'result';

/** An entity as JSON text, with what is selected and expanded. */
export function renderEntity(entity: Entity, options: QueryOptions, reading: ObservationReading): string {
  const { select, expand } = options;
  const { publicBaseUrl, context } = reading;
  context.budget.render();
  const members = entityMembers(entity, publicBaseUrl, (name) => select === undefined || select.has(name));
  const self = selfLink(publicBaseUrl, entity);
  for (const item of expand) members.push(...renderExpanded(entity, self, item, reading));
  return `{${members.join(',')}}`;
}

/** The members of an entity's JSON object that nothing needs to be read for. */
export function entityMembers(
  entity: Entity,
  publicBaseUrl: string,
  isWanted: (name: string) => boolean = () => true,
): string[] {
  const self = selfLink(publicBaseUrl, entity);
  const { properties, relations } = MODEL[entity.set];
  const members: string[] = [];
  if (isWanted('id')) members.push(`"@iot.id":${JSON.stringify(entity.id)}`);
  if (isWanted('selfLink')) members.push(`"@iot.selfLink":${JSON.stringify(self)}`);
  for (const name of Object.keys(properties).filter(isWanted)) {
    const value = entity.property(name) ?? null;
    if (value !== null || name === ALWAYS_WRITTEN) members.push(`"${name}":${writeJson(value)}`);
  }
  for (const name of Object.keys(relations).filter(isWanted)) {
    members.push(`"${name}@iot.navigationLink":${JSON.stringify(`${self}/${name}`)}`);
  }
  return members;
}

function renderExpanded(entity: Entity, self: string, item: ExpandItem, reading: ObservationReading): string[] {
  const { name, relation, options } = item;
  const page = orRefuse(
    relation.set === 'Observations'
      ? readObservations(entity.observationScope(), options, reading, false)
      : pageOf(entity.related(name), options, reading.context),
  );
  if (!relation.many) {
    const [one] = page.entities;
    return [`"${name}":${one === undefined ? 'null' : renderEntity(one, options, reading)}`];
  }
  const entities = page.entities.map((one) => renderEntity(one, options, reading));
  return [
    ...(page.count === undefined ? [] : [`"${name}@iot.count":${page.count}`]),
    `"${name}":[${entities.join(',')}]`,
    ...(page.next === undefined
      ? []
      : [`"${name}@iot.nextLink":${JSON.stringify(nextLink(`${self}/${name}`, options.raw, page.next))}`]),
  ];
}

/** A page of a collection as JSON text. @param address the collection's own, for the link to the next page */
export function renderPage(
  address: string,
  page: EntityPage,
  options: QueryOptions,
  reading: ObservationReading,
  links: boolean,
): string {
  const render = links
    ? (entity: Entity) => `{"@iot.selfLink":${JSON.stringify(selfLink(reading.publicBaseUrl, entity))}}`
    : (entity: Entity) => renderEntity(entity, options, reading);
  const value = options.dataArray && !links ? dataArrays(page, options, reading) : page.entities.map(render);
  return `{${[
    ...(page.count === undefined ? [] : [`"@iot.count":${page.count}`]),
    ...(page.next === undefined
      ? []
      : [`"@iot.nextLink":${JSON.stringify(nextLink(address, options.raw, page.next))}`]),
    `"value":[${value.join(',')}]`,
  ].join(',')}}`;
}

const COMPONENTS = ['id', 'phenomenonTime', 'resultTime', 'result', 'resultQuality', 'parameters'];

/** The observations of a page as rows, one table for each datastream (18-088 section 12). */
function dataArrays(
  page: EntityPage,
  { select }: QueryOptions,
  { publicBaseUrl, context }: ObservationReading,
): string[] {
  const components = COMPONENTS.filter((name) => select === undefined || select.has(name));
  if (components.length === 0) throw new Refused(badRequest('$select leaves nothing of a data array').fault);
  const tables = new Map<Entity, string[]>();
  for (const entity of page.entities) {
    context.budget.render();
    const [datastream] = entity.related('Datastream');
    if (datastream === undefined) continue;
    const rows = tables.get(datastream) ?? [];
    const values = components.map((name) => writeJson(name === 'id' ? entity.id : entity.property(name)));
    rows.push(`[${values.join(',')}]`);
    tables.set(datastream, rows);
  }
  return [...tables].map(([datastream, rows]) => {
    const link = JSON.stringify(selfLink(publicBaseUrl, datastream));
    const head = `"Datastream@iot.navigationLink":${link},"components":${JSON.stringify(components)}`;
    return `{${head},"dataArray@iot.count":${rows.length},"dataArray":[${rows.join(',')}]}`;
  });
}

/** The address of each set, for the root of the API. */
export function setLinks(publicBaseUrl: string, root: string, names: readonly SetName[]) {
  return names.map((name) => ({ name, url: `${publicBaseUrl}${root}/${name}` }));
}
