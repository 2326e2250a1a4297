const hex = (code: number, width: number) => code.toString(16).toUpperCase().padStart(width, '0');

function unicodeEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** The inside of a quoted string of N-Triples and Turtle (rules ECHAR and UCHAR). */
export function escapeString(text: string): string {
  return text.replace(/["\\]|[^ -~]/gu, (character) => SHORT[character] ?? unicodeEscape(character));
}

/** The inside of `<…>` of N-Triples and Turtle; what no IRI may hold has been percent-encoded before. */
export function escapeIri(text: string): string {
  return text.replace(/[^ -~]/gu, unicodeEscape);
}

/** JSON text as ASCII: RFC 8259 escapes are UTF-16 code units. */
export function escapeJson(value: unknown): string {
  return JSON.stringify(value).replace(/[^ -~]/g, unicodeEscape);
}
