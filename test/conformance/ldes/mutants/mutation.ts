import type { IncomingHttpHeaders } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The request that an answer is for. */
export interface Seen {
  readonly target: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly visit: 1 | 2;
  /** Of the mutant server. */
  readonly port: number;
}

/** What a mutant server makes of the answer of a sound one. */
export type Mutation = (answer: Answer, seen: Seen) => Answer;

/** A server that breaks a rule. */
export interface Mutant {
  /** View that is judged, by its name; the stream itself without. */
  readonly view?: string;
  readonly broken: Mutation;
  /** Makes a sound server do what the rule is about, where it does not by itself. */
  readonly sound?: Mutation;
}

export const SOUND: Mutation = (answer) => answer;

/** Which requests a mutation is for: by the end of the target, or by anything else. */
export type Where = RegExp | ((seen: Seen) => boolean);

export const EVERYWHERE = /./;

export function where(which: Where, mutation: Mutation): Mutation {
  const isMeant = which instanceof RegExp ? ({ target }: Seen) => which.test(target) : which;
  return (answer, seen) => (isMeant(seen) ? mutation(answer, seen) : answer);
}

export function atSecondVisit(mutation: Mutation): Mutation {
  return where(({ visit }) => visit === 2, mutation);
}

export function all(...mutations: readonly Mutation[]): Mutation {
  return (answer, seen) => mutations.reduce((changed, mutation) => mutation(changed, seen), answer);
}

/** IRI of something below the stream, between angle brackets; of something of the server with a leading slash. */
export type Iri = (path: string) => string;

const NQUADS = 'application/n-quads';
const STREAM = '/ldes/demo/heat-stress';

/** Changes the text of one format, where the body is not compressed. */
export function edit(which: Where, change: (text: string, iri: Iri) => string, mediaType = NQUADS): Mutation {
  return where(which, (answer, { port }) => {
    const { headers, body, status } = answer;
    if (status !== 200 || headers['content-encoding'] !== undefined) return answer;
    if (!headers['content-type']?.startsWith(mediaType)) return answer;
    const iri: Iri = (path) => `<http://127.0.0.1:${port}${path.startsWith('/id') ? '' : STREAM}${path}>`;
    return { ...answer, body: Buffer.from(change(body.toString(), iri)) };
  });
}

/** Adds statements to N-Quads. */
export function add(which: Where, statements: (iri: Iri) => readonly string[]): Mutation {
  return edit(
    which,
    (text, iri) =>
      `${text}${statements(iri)
        .map((one) => `${one} .\n`)
        .join('')}`,
  );
}

/** Takes lines out of N-Quads. */
export function drop(which: Where, line: RegExp): Mutation {
  return edit(which, (text) =>
    text
      .split('\n')
      .filter((one) => !line.test(one))
      .join('\n'),
  );
}

export function swap(which: Where, from: RegExp | string, to: string): Mutation {
  return edit(which, (text) => text.replaceAll(from, to));
}

/** Gives a header another value; undefined takes it away. */
export function header(which: Where, name: string, value: (before: string) => string | undefined): Mutation {
  return where(which, (answer) => {
    const { [name]: before = '', ...others } = answer.headers;
    const changed = value(before);
    return { ...answer, headers: changed === undefined ? others : { ...others, [name]: changed } };
  });
}

export function status(which: Where, code: number): Mutation {
  return where(which, (answer) => ({ ...answer, status: code }));
}
