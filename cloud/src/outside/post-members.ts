import { MEDIA_TYPES, RDF_FORMATS, type RdfFormat } from '@meetbrug/protocols/ldes';
import { type Fault, ok } from '@meetbrug/protocols/result';
import { type Access, answerRefusal, refusalOf } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import { parsePreferences } from '../http/preferences.ts';
import { notFound, problem } from '../http/problem.ts';
import type { Writer } from '../log/writer.ts';
import { answerMembers, countResults, type MemberAnswer, type MemberCounts } from './answer-members.ts';
import type { OutsideAppendFaultCode } from './outside-append.ts';
import { receiveBody } from './receive-body.ts';
import type { Intake, IntakeFaultCode } from './start-intake.ts';

export interface PostMembersSettings {
  readonly publicBaseUrl: string;
  /** The largest body of each stream that takes members, by `organisation/stream`. */
  readonly bytesMax: ReadonlyMap<string, number>;
  readonly access: Pick<Access, 'mayWrite'>;
  readonly intake: Pick<Intake, 'read'>;
  readonly writer: Pick<Writer, 'appendOutside'>;
  readonly nowMs: () => number;
  /** Told how many members of a request were refused. */
  readonly onRefused: (members: number) => void;
}

/** A request to publish members. */
export interface PostedMembers {
  readonly organisation: string;
  readonly stream: string;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
}

export type PostMembers = (posted: PostedMembers, caller: Caller) => Promise<Response>;

/** Requests that are received, read or written at once, each with its body in memory; a further one gets 429. */
const REQUESTS_MAX = 8;

/**
 * Takes members that others post. The answer says what came of each; it comes once all that were created are durable. 200 when
 * at least one is there now, 409 when all that are not refused are in conflict, 422 when every one was refused.
 */
export function createPostMembers(settings: PostMembersSettings): PostMembers {
  const { publicBaseUrl, bytesMax, access, intake, writer, nowMs, onRefused } = settings;
  let requests = 0;

  const take = async ({ organisation, stream, headers, body }: PostedMembers, format: RdfFormat): Promise<Response> => {
    const name = `${organisation}/${stream}`;
    const received = await receiveBody(body, bytesMax.get(name) ?? 0);
    if (!received.ok) return refuseBody(received.fault);
    const read = await intake.read({ stream: name, format, body: received.value });
    if (!read.ok) return refuseDocument(read.fault);
    const members = read.value.flatMap((one) => (one.kind === 'accepted' ? [one.member] : []));
    const appended =
      members.length === 0 ? ok([]) : await writer.appendOutside({ organisation, stream, members }, nowMs());
    if (!appended.ok) return refuseAppend(appended.fault);
    const answers = answerMembers(read.value, appended.value);
    onRefused(countResults(answers).refused);
    return respond(answers, headers.get('accept'), `${publicBaseUrl}/ldes/${name}#report`);
  };

  return async (posted, caller) => {
    const { organisation, stream, headers } = posted;
    const refusal = refusalOf(access.mayWrite(caller, organisation, stream));
    if (refusal !== undefined) return answerRefusal(refusal);
    if (!bytesMax.has(`${organisation}/${stream}`)) return notFound('there is no stream from outside of that name');
    const format = formatOf(headers);
    if (format === undefined) return unsupported();
    if (requests >= REQUESTS_MAX) {
      return problem(429, 'Too many requests', `${REQUESTS_MAX} are under way: send fewer, larger ones`, RETRY_LATER);
    }
    requests += 1;
    try {
      return await take(posted, format);
    } finally {
      requests -= 1;
    }
  };
}

const RETRY_LATER = { headers: { 'Retry-After': '1' } };

/** Undefined for a type that is none of ours, or an encoded body. */
function formatOf(headers: Headers): RdfFormat | undefined {
  const encoding = headers.get('content-encoding') ?? 'identity';
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  return encoding === 'identity' ? RDF_FORMATS.find((format) => MEDIA_TYPES[format] === type) : undefined;
}

function unsupported(): Response {
  const available = RDF_FORMATS.map((format) => MEDIA_TYPES[format]);
  return problem(415, 'Unsupported media type', `send ${available.join(', ')}, without Content-Encoding`, {
    members: { available },
  });
}

function refuseBody({ code, detail }: Fault<'too-large' | 'broken-off'>): Response {
  return code === 'too-large' ? problem(413, 'Content too large', detail) : problem(400, 'Bad request', detail);
}

const UNREADABLE: Readonly<Record<IntakeFaultCode, readonly [status: number, title: string]>> = {
  unreadable: [400, 'Bad request'],
  'remote-context': [422, 'Unprocessable content'],
  'too-many-statements': [413, 'Content too large'],
  'too-much-work': [413, 'Content too large'],
  'intake-stopped': [503, 'Not available now'],
};

function refuseDocument({ code, detail }: Fault<IntakeFaultCode>): Response {
  const [status, title] = UNREADABLE[code];
  return problem(status, title, detail, { members: { code }, ...(status === 503 ? RETRY_LATER : {}) });
}

function refuseAppend({ code, detail }: Fault<OutsideAppendFaultCode>): Response {
  return code === 'stream-closed'
    ? problem(409, 'Conflict', detail, { members: { code } })
    : problem(503, 'Not available now', detail, { members: { code }, ...RETRY_LATER });
}

async function respond(answers: readonly MemberAnswer[], accept: string | null, reportName: string): Promise<Response> {
  const counts = countResults(answers);
  const isTurtle = prefersTurtle(accept);
  const body = isTurtle ? await turtleOf(reportName, answers) : JSON.stringify({ ...counts, members: answers });
  return new Response(body, {
    status: statusOf(counts),
    headers: {
      'Content-Type': isTurtle ? `${MEDIA_TYPES.turtle}; charset=utf-8` : 'application/json',
      'Cache-Control': 'no-store',
      'Access-Control-Allow-Origin': '*',
      Vary: 'Accept',
    },
  });
}

/** Few ask for it, and what it needs takes long to load. */
async function turtleOf(reportName: string, answers: readonly MemberAnswer[]): Promise<string> {
  const { reportAsTurtle } = await import('./report-as-turtle.ts');
  return reportAsTurtle(reportName, answers);
}

function statusOf({ created, known, conflict }: MemberCounts): 200 | 409 | 422 {
  if (created + known > 0) return 200;
  return conflict > 0 ? 409 : 422;
}

function prefersTurtle(accept: string | null): boolean {
  const preferences = parsePreferences(accept ?? '');
  const quality = (name: string) => preferences.find((one) => one.name === name)?.quality ?? 0;
  return (
    quality(MEDIA_TYPES.turtle) > Math.max(quality('application/json'), quality('application/*'), quality('*/*') / 2)
  );
}
