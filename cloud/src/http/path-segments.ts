const PATH_LENGTH_MAX = 1_000;

/** The segments of a path, percent-encoding and dots undone; none when it is malformed or too long for any document. */
export function segmentsOf(target: string): string[] {
  const [encoded = ''] = target.split(/[?#]/, 1);
  if (encoded.length > PATH_LENGTH_MAX) return [];
  const segments: string[] = [];
  for (const segment of decode(encoded)?.split('/') ?? []) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments;
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
