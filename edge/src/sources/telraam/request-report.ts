import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { type TelraamSpan, telraamTime } from './plan-requests.ts';

/** `refused`: the key is not accepted. `busy`: too many requests, or the server has a fault of its own. */
export type ReportFaultCode = 'refused' | 'busy' | 'unreachable' | 'too-large' | 'not-understood';
export interface ReportFault extends Fault<ReportFaultCode> {
  readonly retryAfterMs?: number;
}

export interface ReportRequest {
  readonly url: string;
  readonly apiKey: string;
  readonly segment: number;
  readonly span: TelraamSpan;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 60_000;
const BODY_BYTES_MAX = 16_777_216;
const MS_PER_SECOND = 1_000;

/** One report of Telraam's API, version 1, hour by hour. Never throws. */
export async function requestReport(request: ReportRequest): Promise<Result<Uint8Array, ReportFault>> {
  const { url, apiKey, segment, span, signal } = request;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'X-Api-Key': apiKey, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        level: 'segments',
        format: 'per-hour',
        id: String(segment),
        time_start: telraamTime(span.fromMs),
        time_end: telraamTime(span.toMs),
      }),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (response.status === 200) return await boundedBody(response);
    await response.body?.cancel();
    return refusal(response);
  } catch (error) {
    return fail(
      'unreachable',
      error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : '',
    );
  }
}

function refusal(response: Response): { readonly ok: false; readonly fault: ReportFault } {
  const { status } = response;
  const detail = `the server answers ${status}`;
  if (status === 401 || status === 403) return fail('refused', `${detail}: check the key in apiKeyFile`);
  if (status !== 429 && status < 500) return fail('not-understood', detail);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const isStated = Number.isFinite(seconds) && seconds >= 0;
  return { ok: false, fault: { code: 'busy', detail, ...(isStated ? { retryAfterMs: seconds * MS_PER_SECOND } : {}) } };
}

async function boundedBody(response: Response): Promise<Result<Uint8Array, ReportFault>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > BODY_BYTES_MAX) return fail('too-large', `a report of more than ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return ok(Buffer.concat(chunks));
}
