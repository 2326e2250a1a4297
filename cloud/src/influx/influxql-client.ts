import { fail, ok } from '@meetbrug/protocols/result';
import { z } from 'zod';
import type { SeriesResult } from '../timeseries/time-series.ts';
import { type InfluxTarget, influxRequests } from './influx-target.ts';

const seriesSchema = z.object({
  name: z.string(),
  tags: z.record(z.string(), z.string()).optional(),
  values: z.array(z.array(z.unknown())),
});
/** What `/query` answers, of 1.x, 2.x and 3 alike: one result a statement. */
const answerSchema = z.object({
  error: z.string().optional(),
  results: z
    .array(
      z.object({
        error: z.string().optional(),
        partial: z.boolean().optional(),
        series: z.array(seriesSchema).optional(),
      }),
    )
    .optional(),
});

/** One series of an answer: each value is a row, its time in epoch milliseconds first. */
export type InfluxSeries = z.infer<typeof seriesSchema>;

/** Asks statements at once; one list of series for each. */
export type AskInfluxql = (
  statements: readonly string[],
) => Promise<SeriesResult<readonly (readonly InfluxSeries[])[]>>;

/** Of an answer; a question that is within the limits of a page stays far below. */
const ANSWER_BYTES_MAX = 268_435_456;

export function createInfluxqlClient(target: InfluxTarget): AskInfluxql {
  const { queryParameters, headers } = influxRequests(target);
  const url = `${target.url}/query`;
  return async (statements) => {
    const body = new URLSearchParams({ ...queryParameters, q: statements.join(';') });
    const signal = AbortSignal.timeout(target.timeoutMs);
    try {
      const response = await fetch(url, { method: 'POST', body, headers: { ...headers }, signal });
      return readAnswer(url, await readText(response), statements.length);
    } catch (error) {
      if (signal.aborted) return fail('deadline', `${url}: no answer within ${target.timeoutMs} ms`);
      const { cause } = error as Error;
      return fail('unavailable', `${url}: ${cause instanceof Error ? cause.message : (error as Error).message}`);
    }
  };
}

function readAnswer(
  url: string,
  text: string,
  count: number,
): ReturnType<AskInfluxql> extends Promise<infer R> ? R : never {
  const parsed = answerSchema.safeParse(parseJson(text));
  if (!parsed.success) return fail('unavailable', `${url}: the answer is not InfluxDB's: ${text.slice(0, 200)}`);
  const { error, results = [] } = parsed.data;
  const fault = error ?? results.find((result) => result.error !== undefined)?.error;
  if (fault !== undefined) return fail('unavailable', `${url}: ${fault}`);
  if (results.length !== count || results.some(({ partial }) => partial)) {
    return fail('unavailable', `${url}: the server cuts its answers: see its setting max-row-limit`);
  }
  return ok(results.map(({ series = [] }) => series));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`the answer has more than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
