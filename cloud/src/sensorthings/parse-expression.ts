import { ok } from '@meetbrug/protocols/result';
import { LIMITS } from './limits.ts';
import { readTokens, type Token } from './read-tokens.ts';
import { type Answered, badRequest } from './refusal.ts';
import { ARITHMETIC, type Arithmetic, COMPARISONS, type Comparison, type Syntax } from './syntax.ts';

/**
 * Reads an expression of `$filter` or `$orderby` (18-088 section 9.3.3.5). From weak to strong: `or`, `and`, `not`,
 * comparisons, `add` and `sub`, `mul`, `div` and `mod`, `-`. Never throws; length, parts and nesting are bounded.
 */
export function parseExpression(text: string): Answered<Syntax> {
  const tokens = readTokens(text);
  if (!tokens.ok) return tokens;
  try {
    return ok(new Parser(tokens.value).whole());
  } catch (error) {
    if (error instanceof SyntaxFault) return badRequest(error.message);
    throw error;
  }
}

/** Unwinds the parser; never leaves this module. */
class SyntaxFault extends Error {}

const MULTIPLICATIVE: readonly string[] = ['mul', 'div', 'mod'];
const OPERATORS: readonly string[] = ['and', 'or', 'not', ...COMPARISONS, ...ARITHMETIC];

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #nodes = 0;
  #nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Syntax {
    const expression = this.#or();
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw new SyntaxFault(`${show(rest)} is not expected there`);
    return expression;
  }

  #or(): Syntax {
    let left = this.#and();
    while (this.#takesName('or')) left = this.#node({ kind: 'logic', operator: 'or', left, right: this.#and() });
    return left;
  }

  #and(): Syntax {
    let left = this.#not();
    while (this.#takesName('and')) left = this.#node({ kind: 'logic', operator: 'and', left, right: this.#not() });
    return left;
  }

  #not(): Syntax {
    if (!this.#takesName('not')) return this.#comparison();
    return this.#nested(() => this.#node({ kind: 'not', operand: this.#not() }));
  }

  #comparison(): Syntax {
    const left = this.#sum();
    const operator = this.#takesOneOf<Comparison>(COMPARISONS);
    return operator === undefined ? left : this.#node({ kind: 'compare', operator, left, right: this.#sum() });
  }

  #sum(): Syntax {
    let left = this.#product();
    for (;;) {
      const operator = this.#takesOneOf<Arithmetic>(['add', 'sub']);
      if (operator === undefined) return left;
      left = this.#node({ kind: 'arithmetic', operator, left, right: this.#product() });
    }
  }

  #product(): Syntax {
    let left = this.#sign();
    for (;;) {
      const operator = this.#takesOneOf<Arithmetic>(MULTIPLICATIVE as readonly Arithmetic[]);
      if (operator === undefined) return left;
      left = this.#node({ kind: 'arithmetic', operator, left, right: this.#sign() });
    }
  }

  #sign(): Syntax {
    if (!this.#takesMark('-')) return this.#primary();
    return this.#nested(() => this.#node({ kind: 'negate', operand: this.#sign() }));
  }

  #primary(): Syntax {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new SyntaxFault('an expression ends too early');
    this.#at += 1;
    if (token.kind === 'literal') return this.#node(token.literal);
    if (token.kind === 'mark') {
      if (token.text !== '(') throw new SyntaxFault(`${show(token)} is not expected there`);
      return this.#nested(() => {
        const inner = this.#or();
        if (!this.#takesMark(')')) throw new SyntaxFault('a parenthesis is not closed');
        return inner;
      });
    }
    if (OPERATORS.includes(token.text)) throw new SyntaxFault(`${show(token)} is not expected there`);
    if (!this.#takesMark('(')) return this.#node({ kind: 'path', segments: token.text.split('/') });
    return this.#nested(() => this.#node({ kind: 'call', name: token.text, parameters: this.#parameters() }));
  }

  #parameters(): Syntax[] {
    const parameters: Syntax[] = [];
    if (this.#takesMark(')')) return parameters;
    do parameters.push(this.#or());
    while (this.#takesMark(','));
    if (!this.#takesMark(')')) throw new SyntaxFault('the parenthesis of a function is not closed');
    return parameters;
  }

  #nested<T>(read: () => T): T {
    this.#nesting += 1;
    if (this.#nesting > LIMITS.expressionNesting) {
      throw new SyntaxFault(`an expression is nested deeper than ${LIMITS.expressionNesting}`);
    }
    const value = read();
    this.#nesting -= 1;
    return value;
  }

  #node(node: Syntax): Syntax {
    this.#nodes += 1;
    if (this.#nodes > LIMITS.expressionNodes) {
      throw new SyntaxFault(`an expression has more than ${LIMITS.expressionNodes} operators, functions and values`);
    }
    return node;
  }

  #takesOneOf<T extends string>(names: readonly T[]): T | undefined {
    return names.find((name) => this.#takesName(name));
  }

  #takesName(text: string): boolean {
    return this.#takes('name', text);
  }

  #takesMark(text: string): boolean {
    return this.#takes('mark', text);
  }

  #takes(kind: 'name' | 'mark', text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind || token.text !== text) return false;
    this.#at += 1;
    return true;
  }
}

function show(token: Token): string {
  return token.kind === 'literal' ? `the value ${token.literal.text.slice(0, 60)}` : `"${token.text.slice(0, 60)}"`;
}
