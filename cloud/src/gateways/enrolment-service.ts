import type { IncomingMessage } from 'node:http';
import type { Hono } from 'hono';
import { createAttemptLimit } from './attempt-limit.ts';
import type { Enrolment } from './enrolment.ts';
import { createEnrolmentRoutes, type EnrolmentEvent } from './enrolment-routes.ts';

const MINUTE_MS = 60_000;
/** Gateways behind many addresses together, as a multiple of what one may. */
const TOGETHER = 10;

export interface EnrolmentService {
  readonly logger: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
  readonly nowMs: () => number;
  readonly attemptsPerMinute: number;
  /** For the audit log. */
  readonly onAnswered: (what: EnrolmentEvent) => void;
}

/** The routes of the enrolment with their limit and their log lines. */
export function enrolmentRoutes(
  enrolment: Enrolment,
  { logger, nowMs, attemptsPerMinute: perAddress, onAnswered }: EnrolmentService,
): Hono {
  return createEnrolmentRoutes({
    enrolment,
    attempts: createAttemptLimit({ windowMs: MINUTE_MS, perAddress, together: perAddress * TOGETHER }),
    nowMs,
    addressOf: ({ env }) => (env as { incoming?: IncomingMessage }).incoming?.socket.remoteAddress ?? 'unknown',
    onAnswered(what) {
      onAnswered(what);
      if (what.refusal === undefined) logger.info(what, 'certificate issued');
      else logger.warn(what, 'enrolment refused');
    },
  });
}
