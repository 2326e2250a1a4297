import { ok } from '@meetbrug/protocols/result';
import { readExpression } from './bind-expression.ts';
import type { BoundExpression } from './expression.ts';
import { LIMITS } from './limits.ts';
import { MODEL, relationOf, type SetName } from './model.ts';
import type { ExpandItem, OrderKey, QueryOptions, RawOption } from './query-options.ts';
import { type Answered, badRequest } from './refusal.ts';
import { splitText } from './split-text.ts';

/** What of the limits of a request is used up. */
interface Usage {
  readonly depth: number;
  readonly total: { expandItems: number };
}

const NAMES = [
  '$filter',
  '$orderby',
  '$top',
  '$skip',
  '$count',
  '$select',
  '$expand',
  '$resultFormat',
  '$skiptoken',
] as const;
type OptionName = (typeof NAMES)[number];
const DIRECTION = /\s+(asc|desc)$/i;
const ITEM = /^([A-Za-z]+)(?:\/([A-Za-z/]+))?(\(.*\))?$/s;

/** Reads the options that apply to entities of a set. */
export function readOptions(
  set: SetName,
  raw: readonly RawOption[],
  usage: Usage = { depth: 0, total: { expandItems: 0 } },
): Answered<QueryOptions> {
  const texts = new Map<OptionName, string>();
  for (const [name, text] of raw) {
    const known = NAMES.find((one) => one === name);
    if (known === undefined) return badRequest(`"${name.slice(0, 60)}" is no option: there are ${NAMES.join(', ')}`);
    if (texts.has(known)) return badRequest(`${name} is there twice`);
    texts.set(known, text);
  }
  const filter = readFilter(set, texts.get('$filter'));
  if (!filter.ok) return filter;
  const orderBy = readOrder(set, texts.get('$orderby'));
  if (!orderBy.ok) return orderBy;
  const top = readWhole('$top', texts.get('$top'), LIMITS.topDefault, LIMITS.top);
  if (!top.ok) return top;
  const skip = readWhole('$skip', texts.get('$skip'), 0, LIMITS.skip);
  if (!skip.ok) return skip;
  const select = readSelect(set, texts.get('$select'));
  if (!select.ok) return select;
  const expand = readExpand(set, texts.get('$expand'), usage);
  if (!expand.ok) return expand;
  const count = texts.get('$count') ?? 'false';
  if (count !== 'true' && count !== 'false') return badRequest('$count is true or false');
  const format = texts.get('$resultFormat');
  const dataArray = format !== undefined;
  if (dataArray && (format !== 'dataArray' || set !== 'Observations' || expand.value.length > 0)) {
    return badRequest('$resultFormat is dataArray, for observations without $expand');
  }
  return ok({
    filter: filter.value,
    orderBy: orderBy.value,
    top: top.value,
    skip: skip.value,
    count: count === 'true',
    select: select.value,
    expand: expand.value,
    dataArray,
    skipToken: texts.get('$skiptoken'),
    raw,
  });
}

function readFilter(set: SetName, text: string | undefined): Answered<BoundExpression | undefined> {
  if (text === undefined) return ok(undefined);
  const filter = readExpression(text, set);
  if (!filter.ok) return badRequest(`$filter: ${filter.fault.detail}`);
  const { type } = filter.value.root;
  return type === 'boolean' || type === 'any' ? filter : badRequest(`$filter is no condition but a ${type}`);
}

function readOrder(set: SetName, text: string | undefined): Answered<readonly OrderKey[]> {
  if (text === undefined) return ok([]);
  const parts = splitText(text, ',');
  if (!parts.ok) return parts;
  if (parts.value.length > LIMITS.orderKeys) return badRequest(`$orderby has more than ${LIMITS.orderKeys} keys`);
  const keys: OrderKey[] = [];
  for (const part of parts.value) {
    const direction = DIRECTION.exec(part)?.[1]?.toLowerCase();
    const expression = readExpression(part.replace(DIRECTION, ''), set);
    if (!expression.ok) return badRequest(`$orderby: ${expression.fault.detail}`);
    if (expression.value.sources.some(({ many }) => many)) {
      return badRequest(`$orderby: "${part.slice(0, 60)}" has many values for one entity`);
    }
    if (expression.value.root.type === 'geometry') return badRequest('$orderby: places have no order');
    keys.push({ expression: expression.value, descending: direction === 'desc' });
  }
  return ok(keys);
}

function readWhole(name: string, text: string | undefined, standard: number, max: number): Answered<number> {
  if (text === undefined) return ok(standard);
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  return value <= max ? ok(value) : badRequest(`${name} is a whole number from 0 to ${max}`);
}

function readSelect(set: SetName, text: string | undefined): Answered<ReadonlySet<string> | undefined> {
  if (text === undefined || text === '*') return ok(undefined);
  const { properties, relations } = MODEL[set];
  const names = text.split(',').map((name) => name.trim().replace(/^@iot\./, ''));
  const unknown = names.find(
    (name) => !['id', 'selfLink'].includes(name) && !Object.hasOwn(properties, name) && !Object.hasOwn(relations, name),
  );
  return unknown === undefined ? ok(new Set(names)) : badRequest(`$select: ${set} has no "${unknown.slice(0, 60)}"`);
}

/** `A/B(…)` is `A($expand=B(…))`; what names the same relation twice is put together. */
function readExpand(set: SetName, text: string | undefined, usage: Usage): Answered<readonly ExpandItem[]> {
  if (text === undefined) return ok([]);
  if (usage.depth >= LIMITS.expandDepth) return badRequest(`$expand is nested deeper than ${LIMITS.expandDepth}`);
  const parts = splitText(text, ',');
  if (!parts.ok) return parts;
  const merged = new Map<string, RawOption[]>();
  for (const part of parts.value) {
    const item = readItem(part);
    if (!item.ok) return item;
    usage.total.expandItems += 1;
    if (usage.total.expandItems > LIMITS.expandItems) {
      return badRequest(`there are more than ${LIMITS.expandItems} expansions`);
    }
    const options = merged.get(item.value.name) ?? [];
    for (const option of item.value.raw) addOption(options, option);
    merged.set(item.value.name, options);
  }
  const items: ExpandItem[] = [];
  for (const [name, raw] of merged) {
    const relation = relationOf(set, name);
    if (relation === undefined) return badRequest(`$expand: ${set} has no relation "${name.slice(0, 60)}"`);
    const options = readOptions(relation.set, raw, { ...usage, depth: usage.depth + 1 });
    if (!options.ok) return options;
    if (options.value.dataArray) return badRequest('$resultFormat is an option of the whole request');
    items.push({ name, relation, options: options.value });
  }
  return ok(items);
}

function readItem(part: string): Answered<{ readonly name: string; readonly raw: readonly RawOption[] }> {
  const [, name, path, inParentheses = ''] = ITEM.exec(part) ?? [];
  if (name === undefined) return badRequest(`$expand: "${part.slice(0, 60)}" is no relation`);
  if (path !== undefined) return ok({ name, raw: [['$expand', `${path}${inParentheses}`]] });
  const raw: RawOption[] = [];
  const options = splitText(inParentheses.slice(1, -1), ';');
  if (!options.ok) return options;
  for (const option of options.value.filter((one) => one !== '')) {
    const at = option.indexOf('=');
    if (at < 0) return badRequest(`$expand: "${option.slice(0, 60)}" is no option`);
    raw.push([option.slice(0, at).trim(), option.slice(at + 1).trim()]);
  }
  return ok({ name, raw });
}

function addOption(options: RawOption[], [name, text]: RawOption): void {
  const at = name === '$expand' ? options.findIndex(([known]) => known === name) : -1;
  if (at === -1) options.push([name, text]);
  else options[at] = [name, `${options[at]?.[1]},${text}`];
}
