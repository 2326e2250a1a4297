import type { Store } from '../log/open-store.ts';
import { createDatastreamDirectories } from '../timeseries/datastream-directory.ts';
import { createGapReader } from '../timeseries/read-gaps.ts';
import type { TimeSeries } from '../timeseries/time-series.ts';
import { answerDatastream, answerDatastreams } from './answer-datastreams.ts';
import { answerSeries } from './answer-series.ts';
import { createDatastreamNames } from './datastream-names.ts';
import type { QueryAnswer, QueryRequest } from './query-tasks.ts';

/**
 * Answers the query API's questions from the store and the time series, without the streams that are named closed
 * (`organisation/stream`).
 */
export function createQueries(
  store: Store,
  timeSeries: TimeSeries,
  publicBaseUrl: string,
): (request: QueryRequest, closed: readonly string[]) => Promise<QueryAnswer> {
  const directories = createDatastreamDirectories(store);
  const common = {
    gaps: createGapReader(store),
    namesOf: createDatastreamNames(store),
    timeSeries,
    publicBaseUrl,
  };
  return async (request, closed) => {
    const source = { ...common, directory: directories(closed) };
    switch (request.ask) {
      case 'series':
        return answerSeries(request, source);
      case 'datastreams':
        return answerDatastreams(request, source);
      case 'datastream':
        return answerDatastream(request, source);
    }
  };
}
