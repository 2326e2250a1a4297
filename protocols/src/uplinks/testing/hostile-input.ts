import fc from 'fast-check';

/** JSON as a test writes it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const encoder = new TextEncoder();
export const encodeJson = (json: Json): Uint8Array => encoder.encode(JSON.stringify(json));

const nested = (depth: number): Json => {
  let value: Json = [];
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** What a field can hold that no sender means: another type, the ends of ranges, a prototype, depth, length. */
const ODD_VALUES: readonly (Json | undefined)[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  5e-324,
  2 ** 32,
  2 ** 53,
  '',
  '0',
  '-1e400',
  'NaN',
  '2026-07-14T13:05:12Z',
  '2026-03-29T02:30:00',
  '9999-99-99T99:99:99Z',
  '1970-01-01T00:00:00Z',
  'é'.repeat(1000),
  '9'.repeat(400),
  'AAAA',
  [],
  [[]],
  [null],
  {},
  { length: 3 },
  JSON.parse('{"__proto__":{"fPort":85},"constructor":1,"toString":2}'),
  nested(40),
  nested(400),
  Array.from({ length: 300 }, (_, index) => index),
  Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${index}`, index])),
];

/** Every place in a document, as the keys that lead to it. */
function placesOf(json: Json, path: readonly string[] = []): (readonly string[])[] {
  if (json === null || typeof json !== 'object') return [path];
  return [path, ...Object.entries(json).flatMap(([key, value]) => placesOf(value, [...path, key]))];
}

/** The document with the place removed (undefined) or replaced; what does not lie on the way is shared. */
function changed(json: Json, [key, ...rest]: readonly string[], value: Json | undefined): Json | undefined {
  if (key === undefined) return value;
  if (json === null || typeof json !== 'object') return json;
  const members = Object.entries(json).flatMap(([name, member]) => {
    const next = name === key ? changed(member, rest, value) : member;
    return next === undefined ? [] : [[name, next] as const];
  });
  return Array.isArray(json) ? members.map(([, member]) => member) : Object.fromEntries(members);
}

/** Samples with one to three fields removed or of another type. */
function withOddFields(samples: readonly Json[]): fc.Arbitrary<Uint8Array> {
  const ofSample = samples.map((sample) => {
    const change = fc.tuple(fc.constantFrom(...placesOf(sample)), fc.constantFrom(...ODD_VALUES));
    return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
      let json: Json | undefined = sample;
      for (const [place, value] of changes) json = json === undefined ? undefined : changed(json, place, value);
      return json === undefined ? new Uint8Array() : encodeJson(json);
    });
  });
  return fc.oneof(...ofSample);
}

/** Samples that end too soon, with up to four bits flipped. */
function damaged(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const longest = Math.max(...samples.map((sample) => sample.length));
  return fc
    .tuple(fc.constantFrom(...samples), fc.nat(longest), fc.array(fc.nat(8 * longest), { maxLength: 4 }))
    .map(([sample, end, flips]) => {
      const body = sample.slice(0, end);
      for (const bit of flips) {
        const index = (bit >> 3) % Math.max(body.length, 1);
        if (index < body.length) body[index] = (body[index] ?? 0) ^ (1 << (bit & 7));
      }
      return body;
    });
}

const random = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.json({ maxDepth: 6 }).map((text) => encoder.encode(text)),
);

/** Bodies that a stranger can send to a reader of JSON, most of them near the samples. */
export function hostileJson(samples: readonly Json[]): fc.Arbitrary<Uint8Array> {
  return fc.oneof(
    { weight: 6, arbitrary: withOddFields(samples) },
    { weight: 3, arbitrary: damaged(samples.map(encodeJson)) },
    { weight: 1, arbitrary: random },
  );
}

/** Bodies that a stranger can send to a reader of bytes, most of them near the samples. */
export function hostileBytes(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc.oneof(
    { weight: 3, arbitrary: damaged(samples) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  );
}

/** Topics near the given ones, and any text. */
export function hostileTopic(topics: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...topics) }, { weight: 1, arbitrary: fc.string() });
}

/** Large bodies of one kind each, which no random choice would make. */
export const LARGE_BODIES: readonly (readonly [name: string, body: string])[] = [
  ['deep nesting', '['.repeat(200_000)],
  ['deep nesting that closes', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['deep objects', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
  ['a huge array of numbers', `[${'0,'.repeat(200_000)}0]`],
  ['a huge array of objects', `[${'{},'.repeat(100_000)}{}]`],
  ['a huge object', `{${Array.from({ length: 50_000 }, (_, index) => `"k${index}":${index}`).join()}}`],
  ['a huge number', '1'.repeat(200_000)],
  ['a huge text', `"${'a'.repeat(500_000)}"`],
  ['a number beyond all', '1e999'],
  ['a control character', '\u0000'],
];
