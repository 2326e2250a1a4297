import {
  ENROLMENT_BODY_BYTES_MAX,
  ENROLMENT_PATH,
  type EnrolmentRefusal,
  RENEWAL_PATH,
} from '@meetbrug/protocols/enrolment';
import { type Fault, fail } from '@meetbrug/protocols/result';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { problem } from '../http/problem.ts';
import type { AttemptLimit } from './attempt-limit.ts';
import type { Enrolment, EnrolmentAnswer } from './enrolment.ts';

export interface EnrolmentRouteSettings {
  readonly enrolment: Enrolment;
  readonly attempts: AttemptLimit;
  readonly nowMs: () => number;
  readonly addressOf: (context: Context) => string;
  /** What an operator may want to know of; never holds a code, a key or a signature. */
  readonly onAnswered: (what: EnrolmentEvent) => void;
}

export interface EnrolmentEvent {
  readonly request: 'enrol' | 'renew';
  readonly address: string;
  readonly edge?: string;
  /** Why it was refused; absent when a certificate was given. */
  readonly refusal?: EnrolmentRefusal;
  readonly detail?: string;
}

const STATUS: Partial<Record<EnrolmentRefusal, number>> = {
  'bad-request': 400,
  'bad-certificate-request': 400,
  'weak-key': 400,
  'invitation-used': 409,
  'too-many-certificates': 409,
  'too-many-attempts': 429,
  unavailable: 503,
};

/** POST /enrol and POST /enrol/renew. Both prove themselves in the body, so they may travel over plain HTTP. */
export function createEnrolmentRoutes(settings: EnrolmentRouteSettings): Hono {
  const app = new Hono();
  const { enrolment } = settings;
  const tooLarge = () => refuse({ code: 'bad-request', detail: `more than ${ENROLMENT_BODY_BYTES_MAX} bytes` });
  const limit = bodyLimit({ maxSize: ENROLMENT_BODY_BYTES_MAX, onError: tooLarge });
  app.post(ENROLMENT_PATH, limit, (context) => respond(context, 'enrol', (body) => enrolment.enrol(body)));
  app.post(RENEWAL_PATH, limit, (context) => respond(context, 'renew', (body) => enrolment.renew(body)));
  return app;

  async function respond(
    context: Context,
    request: EnrolmentEvent['request'],
    handle: (body: unknown) => Promise<EnrolmentAnswer>,
  ): Promise<Response> {
    const address = settings.addressOf(context);
    const answer = await guarded(context, address, handle);
    if (!answer.ok) {
      settings.onAnswered({ request, address, refusal: answer.fault.code, detail: answer.fault.detail });
      return refuse(answer.fault);
    }
    settings.onAnswered({ request, address, edge: answer.value.edge });
    return Response.json(answer.value, { headers: { 'Cache-Control': 'no-store' } });
  }

  async function guarded(
    context: Context,
    address: string,
    handle: (body: unknown) => Promise<EnrolmentAnswer>,
  ): Promise<EnrolmentAnswer> {
    if (!settings.attempts.allows(address, settings.nowMs())) {
      return fail('too-many-attempts', 'too many requests: wait a minute');
    }
    const body = await context.req.json().catch(() => undefined);
    if (body === undefined) return fail('bad-request', 'the body is no JSON');
    // The store may be locked by another process or its disk may be full: the gateway asks again later.
    return handle(body).catch((error: Error) => fail('unavailable', error.message));
  }
}

function refuse({ code, detail: reason }: Fault<EnrolmentRefusal>): Response {
  // What failed inside is for the operator's log, not for strangers.
  const detail = code === 'unavailable' ? 'the cloud cannot answer now: ask again' : reason;
  return problem(STATUS[code] ?? 403, 'Not enrolled', detail, { members: { code } });
}
