import { parsePreferences } from '../http/preferences.ts';

/** What answers are written as, the preferred of equally liked ones first. */
export const FORMATS = ['json', 'csv', 'geojson', 'parquet', 'arrow'] as const;
export type Format = (typeof FORMATS)[number];

export const DATASTREAM_FORMATS = ['json', 'csv', 'geojson'] as const satisfies readonly Format[];
export const OBSERVATION_FORMATS = ['json', 'csv', 'parquet', 'arrow'] as const satisfies readonly Format[];
export type DatastreamFormat = (typeof DATASTREAM_FORMATS)[number];
export type ObservationFormat = (typeof OBSERVATION_FORMATS)[number];

/** Media types by their registration at IANA. */
export const FORMAT_MEDIA_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  geojson: 'application/geo+json',
  parquet: 'application/vnd.apache.parquet',
  arrow: 'application/vnd.apache.arrow.stream',
};

/** `Content-Type` of an answer. */
export function contentTypeOf(format: Format): string {
  return format === 'csv' ? 'text/csv; charset=utf-8; header=present' : FORMAT_MEDIA_TYPES[format];
}

/**
 * The format that an `Accept` header likes best of those in which something exists (RFC 9110 section 12.5.1); browsers,
 * which ask for HTML, get JSON. Undefined when it likes none.
 */
export function negotiateQueryFormat<F extends Format>(
  accept: string | undefined,
  formats: readonly F[],
): F | undefined {
  if (accept === undefined || accept.trim() === '') return formats[0];
  const preferences = parsePreferences(accept);
  const byName = (name: string) => preferences.find((one) => one.name === name)?.quality;
  const qualityOf = (format: F): number => {
    const type = FORMAT_MEDIA_TYPES[format];
    const own = byName(type) ?? (format === 'json' ? byName('text/html') : undefined);
    return own ?? byName(`${type.split('/')[0]}/*`) ?? byName('*/*') ?? 0;
  };
  const best = formats.reduce((liked, format) => (qualityOf(format) > qualityOf(liked) ? format : liked));
  return qualityOf(best) > 0 ? best : undefined;
}
