const FILTER_LENGTH_MAX = 256;
const FILTER_LEVELS_MAX = 8;

/** The topic of the members of a stream; `organisation` may be `all`. */
export function streamTopic(organisation: string, stream: string): string {
  return `ldes/${organisation}/${stream}`;
}

/** The topic of the observations of a datastream, by its SensorThings id (18-088 section 14.2.1). */
export function observationsTopic(datastream: number): string {
  return `v1.1/Datastreams(${datastream})/Observations`;
}

/**
 * Whether somebody may subscribe to a filter. What exists is not looked at, or the answer would tell: a subscription to
 * what is not there, or is private, is taken and stays silent. Topics of the broker itself and shared ones begin with `$`.
 */
export function isSubscribable(filter: string): boolean {
  if (filter === '' || filter.length > FILTER_LENGTH_MAX || filter.startsWith('$')) return false;
  return filter.split('/').length <= FILTER_LEVELS_MAX;
}

/** Whether a topic matches a filter (MQTT 3.1.1 section 4.7); neither begins with `$`. */
export function matchesFilter(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [index, level] of wanted.entries()) {
    // `a/#` is `a` too.
    if (level === '#') return true;
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

const OBSERVATIONS = /^v1\.1\/Datastreams\(([1-9]\d{0,14})\)\/Observations$/;

/** The datastreams whose observations match a filter: all, one, or none. */
export function datastreamsOf(filter: string): 'all' | number | undefined {
  const [, id] = OBSERVATIONS.exec(filter) ?? [];
  if (id !== undefined) return Number(id);
  // No filter with a wildcard tells one datastream from another: it stands for a whole level.
  return /[+#]/.test(filter) &&
    matchesFilter(filter, observationsTopic(1)) &&
    matchesFilter(filter, observationsTopic(2))
    ? 'all'
    : undefined;
}
