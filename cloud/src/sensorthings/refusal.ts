import { type Fault, fail, type Result } from '@meetbrug/protocols/result';

/**
 * Why a request has no answer. `bad-request`: it is no valid one. `too-costly`: it is, and would cost more than the budget
 * of one request. `not-found`: nothing is there.
 */
export type RefusalCode = 'bad-request' | 'too-costly' | 'not-found';
export type Refusal = Fault<RefusalCode>;
export type Answered<T> = Result<T, Refusal>;

export function badRequest(detail: string) {
  return fail('bad-request' as const, detail);
}

export function nothingThere(detail: string) {
  return fail('not-found' as const, detail);
}

/** Carries a refusal out of nested reads to where the request is answered; never leaves this folder. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** The value; throws {@link Refused} when there is none. */
export function orRefuse<T>(answered: Answered<T>): T {
  if (!answered.ok) throw new Refused(answered.fault);
  return answered.value;
}
