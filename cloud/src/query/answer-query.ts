import type { Store } from '../log/open-store.ts';
import { createDatastreamDirectory } from '../timeseries/datastream-directory.ts';
import { createGapReader } from '../timeseries/read-gaps.ts';
import type { TimeSeries } from '../timeseries/time-series.ts';
import { answerDatastream, answerDatastreams } from './answer-datastreams.ts';
import { answerSeries } from './answer-series.ts';
import { createDatastreamNames } from './datastream-names.ts';
import type { QueryAnswer, QueryRequest } from './query-tasks.ts';

/** Answers the query API's questions from the store and the time series. */
export function createQueries(
  store: Store,
  timeSeries: TimeSeries,
  publicBaseUrl: string,
): (request: QueryRequest) => Promise<QueryAnswer> {
  const source = {
    directory: createDatastreamDirectory(store),
    gaps: createGapReader(store),
    namesOf: createDatastreamNames(store),
    timeSeries,
    publicBaseUrl,
  };
  return async (request) => {
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
