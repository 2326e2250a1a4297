/** One entry of `Accept` or `Accept-Encoding`. */
export interface Preference {
  /** Lower case: a media type, a range of them, or a coding. */
  readonly name: string;
  /** 0 to 1; 0 refuses. */
  readonly quality: number;
  /** Parameters before `q`, names in lower case, values without their quotes. */
  readonly parameters: ReadonlyMap<string, string>;
}

const HEADER_LENGTH_MAX = 2_000;

/** The entries of a negotiation header (RFC 9110 section 12.5); of a longer header than 2,000 characters, the beginning. */
export function parsePreferences(header: string): Preference[] {
  return splitOutsideQuotes(header.slice(0, HEADER_LENGTH_MAX), ',').map(parsePreference).filter(isNamed);
}

function isNamed({ name }: Preference): boolean {
  return name !== '';
}

function parsePreference(text: string): Preference {
  const [name = '', ...rest] = splitOutsideQuotes(text, ';').map((part) => part.trim());
  const parameters = new Map<string, string>();
  let quality = 1;
  for (const parameter of rest) {
    const separator = parameter.indexOf('=');
    if (separator < 0) continue;
    const key = parameter.slice(0, separator).trim().toLowerCase();
    const value = withoutQuotes(parameter.slice(separator + 1).trim());
    if (key === 'q') quality = parseQuality(value);
    else parameters.set(key, value);
  }
  return { name: name.toLowerCase(), quality, parameters };
}

/** A weight that is none refuses: whoever writes it cannot mean "best". */
function parseQuality(text: string): number {
  const quality = text === '' ? Number.NaN : Number(text);
  return quality >= 0 && quality <= 1 ? quality : 0;
}

function withoutQuotes(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  return value.slice(1, -1).replace(/\\(.)/g, '$1');
}

/** One pass: a quoted string may hold separators, and a backslash in it takes the meaning of what follows. */
function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') quoted = !quoted;
    else if (quoted && character === '\\') index += 1;
    else if (!quoted && character === separator) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
