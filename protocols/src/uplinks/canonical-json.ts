/** Deeper than any mapping reads; what lies below does not separate two values. */
const DEPTH_MAX = 32;

/**
 * One text for every spelling of a JSON value: names sorted by code unit, no blanks, `undefined` members left out. The
 * caller has bounded the size. Never throws on what JSON can hold.
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth >= DEPTH_MAX) return '"<deeper>"';
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  const fields = value as Readonly<Record<string, unknown>>;
  const members = Object.keys(fields)
    .sort()
    .flatMap((name) =>
      fields[name] === undefined ? [] : [`${JSON.stringify(name)}:${canonicalJson(fields[name], depth + 1)}`],
    );
  return `{${members.join(',')}}`;
}
