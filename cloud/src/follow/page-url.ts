/**
 * The URL of a page as it is asked for and compared: absolute, http or https, normalised, without a fragment, a name or a
 * password. Undefined for anything else.
 */
export function pageUrlOf(iri: string): string | undefined {
  if (iri.length > URL_LENGTH_MAX || !URL.canParse(iri)) return undefined;
  const url = new URL(iri);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  url.hash = '';
  return url.href;
}

/** Characters; what is longer is no address that a server would take. */
const URL_LENGTH_MAX = 8_192;
