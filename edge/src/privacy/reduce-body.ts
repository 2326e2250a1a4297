import { type AllowedField, type AllowedFields, FIELD_FORMS, type FieldForm } from './allowed-fields.ts';

/** What is kept of the fields that are not allowed: nothing, or their names and types. */
export type OtherFields = 'dropped' | 'named';

/** Bounds on what is told about fields that are not allowed; beyond them `"<more>": "<fields>"`, `"<object>"`, `"<array>"`. */
const NAMED_FIELDS_MAX = 256;
const NAMED_DEPTH_MAX = 8;
const NAMED_ITEMS_MAX = 4;

/**
 * A name that a programmer gives. A key can itself be a value (a table of signal strengths by MAC address, of sightings
 * by plate), so a name with more digits than `pm2_5` or `channel12`, and twelve hex digits, are taken for one.
 */
const FIELD_NAME = /^(?![A-Fa-f0-9]{12}$)[A-Za-z_][A-Za-z_-]{0,30}(?:\d{1,2}|\d[A-Za-z_][A-Za-z_-]{0,30}|\d_\d)?$/;

type ObjectWriter = (value: Readonly<Record<string, unknown>>) => string;
type FieldWriter = (value: unknown) => string | undefined;

/**
 * A function that writes a parsed JSON body anew as JSON text with the values of the allowed fields only. Compiled once
 * for each format, because it runs for every uplink.
 */
export function compileReduction(allowed: AllowedField, others: OtherFields): (body: unknown) => string {
  const budget = { fieldsLeft: 0 };
  const write = fieldWriter(allowed, others, budget);
  return (body) => {
    budget.fieldsLeft = NAMED_FIELDS_MAX;
    return write(body) ?? typeOf(body, 0, budget);
  };
}

interface Budget {
  fieldsLeft: number;
}

function objectWriter(allowed: AllowedFields, others: OtherFields, budget: Budget): ObjectWriter {
  const fields = Object.entries(allowed).map(
    ([name, field]) => [name, `,${JSON.stringify(name)}:`, fieldWriter(field, others, budget)] as const,
  );
  const names = new Set(Object.keys(allowed));
  return (object) => {
    let text = '';
    for (const [name, label, write] of fields) {
      if (!Object.hasOwn(object, name)) continue;
      const value = object[name];
      text += label + (write(value) ?? typeOf(value, 1, budget));
    }
    if (others === 'named') text += namedFields(object, names, 0, budget);
    return `{${text.slice(1)}}`;
  };
}

/** Undefined for a value that has not the form of its field. */
function fieldWriter(field: AllowedField, others: OtherFields, budget: Budget): FieldWriter {
  if (typeof field === 'string') return valueWriter(field);
  if (!Array.isArray(field)) {
    const write = objectWriter(field as AllowedFields, others, budget);
    return (value) => (isObject(value) ? write(value) : undefined);
  }
  const write = fieldWriter(field[0] as AllowedField, others, budget);
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    let text = '';
    for (const item of value) text += `,${write(item) ?? typeOf(item, 1, budget)}`;
    return `[${text.slice(1)}]`;
  };
}

function valueWriter(form: FieldForm): FieldWriter {
  const expected = FIELD_FORMS[form];
  if (typeof expected === 'string') {
    return (value) => (typeof value === expected ? JSON.stringify(value) : undefined);
  }
  if (typeof expected === 'function') return (value) => (expected(value) ? JSON.stringify(value) : undefined);
  // No form has a character that JSON escapes.
  return (value) => (typeof value === 'string' && expected.test(value) ? `"${value}"` : undefined);
}

/** Names and types of the fields that are not in `apart`, each behind a comma. */
function namedFields(
  object: Readonly<Record<string, unknown>>,
  apart: ReadonlySet<string>,
  depth: number,
  budget: Budget,
): string {
  let text = '';
  let unnamedCount = 0;
  for (const name in object) {
    if (apart.has(name)) continue;
    budget.fieldsLeft -= 1;
    if (budget.fieldsLeft < 0) return `${text},"<more>":"<fields>"`;
    if (FIELD_NAME.test(name)) text += `,"${name}":${typeOf(object[name], depth + 1, budget)}`;
    else unnamedCount += 1;
  }
  return unnamedCount === 0 ? text : `${text},"<unnamed>":"<${unnamedCount} fields>"`;
}

const NONE: ReadonlySet<string> = new Set();

/** A value's type as JSON text; objects by the names of their fields, null as itself. */
function typeOf(value: unknown, depth: number, budget: Budget): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return `"<${typeof value}>"`;
  if (depth >= NAMED_DEPTH_MAX) return Array.isArray(value) ? '"<array>"' : '"<object>"';
  if (!Array.isArray(value)) return `{${namedFields(value as Record<string, unknown>, NONE, depth, budget).slice(1)}}`;
  const items = value.slice(0, NAMED_ITEMS_MAX).map((item) => typeOf(item, depth + 1, budget));
  return `[${items.join(',')}]`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
