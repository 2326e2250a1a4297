import { ok } from '@meetbrug/protocols/result';
import type { BoundExpression, Expression, Source } from './expression.ts';
import { functionNamed, isKnownPair } from './functions.ts';
import { type PropertyType, propertyTypeOf, relationOf, type SetName } from './model.ts';
import { parseExpression } from './parse-expression.ts';
import { type Answered, badRequest } from './refusal.ts';
import type { Arithmetic, ExpressionType, Syntax } from './syntax.ts';

/** Reads an expression over the entities of a set: its names looked up, its types checked. */
export function readExpression(text: string, set: SetName): Answered<BoundExpression> {
  const syntax = parseExpression(text);
  if (!syntax.ok) return syntax;
  try {
    const binder = new Binder(set);
    return ok({ root: binder.bind(syntax.value), sources: binder.sources });
  } catch (error) {
    if (error instanceof BindFault) return badRequest(error.message);
    throw error;
  }
}

/** Unwinds the binder; never leaves this module. */
class BindFault extends Error {}

const TYPES: Readonly<Record<PropertyType, ExpressionType>> = {
  string: 'string',
  number: 'number',
  time: 'time',
  json: 'any',
  geojson: 'geometry',
};
const DIGITS = /^\d{1,30}$/;

class Binder {
  readonly sources: Source[];

  constructor(set: SetName) {
    this.sources = [{ parent: 0, relation: '', set, many: false }];
  }

  bind(syntax: Syntax): Expression {
    switch (syntax.kind) {
      case 'literal':
        return syntax;
      case 'path':
        return this.#path(syntax.segments);
      case 'call':
        return this.#call(syntax.name, syntax.parameters);
      case 'logic': {
        const { operator } = syntax;
        const [left, right] = [this.#boolean(syntax.left, operator), this.#boolean(syntax.right, operator)];
        return { kind: 'logic', type: 'boolean', operator, left, right };
      }
      case 'not':
        return { kind: 'not', type: 'boolean', operand: this.#boolean(syntax.operand, 'not') };
      case 'compare':
        return this.#compare(syntax);
      case 'arithmetic': {
        const [left, right] = [this.bind(syntax.left), this.bind(syntax.right)];
        const type = arithmeticType(syntax.operator, left.type, right.type);
        if (type === undefined) throw new BindFault(`${syntax.operator} does not take ${left.type} and ${right.type}`);
        return { kind: 'arithmetic', type, operator: syntax.operator, left, right };
      }
      case 'negate': {
        const operand = this.bind(syntax.operand);
        if (!fits(operand.type, 'number')) throw new BindFault(`"-" does not take ${operand.type}`);
        return { kind: 'negate', type: 'number', operand };
      }
    }
  }

  #boolean(syntax: Syntax, operator: string): Expression {
    const operand = this.bind(syntax);
    if (!fits(operand.type, 'boolean')) throw new BindFault(`${operator} takes conditions, not ${operand.type}`);
    return operand;
  }

  #compare({ operator, left, right }: Extract<Syntax, { kind: 'compare' }>): Expression {
    const bound: [Expression, Expression] = [this.bind(left), this.bind(right)];
    const [a, b] = [asId(bound[0], bound[1]), asId(bound[1], bound[0])];
    const isNullTest = a.type === 'null' || b.type === 'null';
    if (!isNullTest && (!fits(a.type, b.type) || a.type === 'geometry')) {
      throw new BindFault(`${operator} does not compare ${a.type} with ${b.type}`);
    }
    return { kind: 'compare', type: 'boolean', operator, left: a, right: b };
  }

  #call(name: string, written: readonly Syntax[]): Expression {
    const known = functionNamed(name);
    if (known === undefined) throw new BindFault(`there is no function "${name.slice(0, 60)}"`);
    const parameters = written.map((one) => this.bind(one));
    const parameterTypes = known.overloads.find(
      (types) =>
        types.length === parameters.length &&
        types.every((type, index) => fits((parameters[index] as Expression).type, type)),
    );
    if (parameterTypes === undefined) {
      const wanted = known.overloads.map((types) => `(${types.join(', ')})`).join(' or ');
      throw new BindFault(`${name} takes ${wanted}, not (${parameters.map(({ type }) => type).join(', ')})`);
    }
    const geometries = parameters.filter((_, index) => parameterTypes[index] === 'geometry').map(literalGeometry);
    if (!isKnownPair(geometries)) throw new BindFault(`one of the geometries of ${name} must be a point`);
    return { kind: 'call', type: known.result, parameterTypes, apply: known.apply, parameters };
  }

  #path(segments: readonly string[]): Expression {
    let source = 0;
    for (const [index, segment] of segments.entries()) {
      const { set } = this.sources[source] as Source;
      const rest = segments.slice(index + 1);
      if ((segment === 'id' || segment === '@iot.id') && rest.length === 0) return { kind: 'id', type: 'id', source };
      const property = propertyTypeOf(set, segment);
      if (property !== undefined) return readProperty(source, segment, property, rest);
      const relation = relationOf(set, segment);
      if (relation === undefined) throw new BindFault(`${set} has no "${segment.slice(0, 60)}"`);
      source = this.#source({ parent: source, relation: segment, ...relation });
    }
    throw new BindFault(`"${segments.join('/').slice(0, 60)}" names an entity, not a value`);
  }

  #source(wanted: Source): number {
    const known = this.sources.findIndex(
      ({ parent, relation }) => parent === wanted.parent && relation === wanted.relation,
    );
    return known === -1 ? this.sources.push(wanted) - 1 : known;
  }
}

function readProperty(source: number, name: string, property: PropertyType, path: readonly string[]): Expression {
  const hasJson = property === 'json' || property === 'geojson';
  if (path.length > 0 && !hasJson) throw new BindFault(`"${name}" has no parts`);
  return { kind: 'property', type: path.length > 0 ? 'any' : TYPES[property], source, name, path };
}

/** Ids are written as numbers or as text; both become whole numbers, of any length. */
function asId(expression: Expression, other: Expression): Expression {
  if (other.type !== 'id' || expression.kind !== 'literal') return expression;
  if (!['number', 'string'].includes(expression.type)) return expression;
  const value = DIGITS.test(expression.text) ? BigInt(expression.text) : -1n;
  return { ...expression, type: 'id', value };
}

function literalGeometry(expression: Expression) {
  const value = expression.kind === 'literal' ? expression.value : null;
  return typeof value === 'object' && value !== null && 'geometry' in value ? value.geometry : undefined;
}

function fits(actual: ExpressionType, wanted: ExpressionType): boolean {
  return actual === wanted || [actual, wanted].includes('any') || [actual, wanted].includes('null');
}

function arithmeticType(operator: Arithmetic, left: ExpressionType, right: ExpressionType): ExpressionType | undefined {
  const isSum = operator === 'add' || operator === 'sub';
  if (left === 'time' && right === 'duration') return isSum ? 'time' : undefined;
  if (left === 'time' && right === 'time') return operator === 'sub' ? 'duration' : undefined;
  if (left === 'duration' && right === 'duration') return isSum ? 'duration' : undefined;
  return fits(left, 'number') && fits(right, 'number') ? 'number' : undefined;
}
