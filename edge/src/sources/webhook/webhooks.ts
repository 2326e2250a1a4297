import type { IntakeOutcome } from '../../intake/intake.ts';

/** A request as far as a sender's right to post is concerned. */
export interface PostedRequest {
  /** Remote address. */
  readonly address: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Behind the name of the source, decoded; `''` where there is none. */
  readonly device: string;
  /** Behind the `?`, as it came. */
  readonly query: string;
}

/** How a request is answered; undefined to go on. */
export interface Refusal {
  readonly statusCode: 400 | 401 | 429 | 503;
  readonly detail: string;
  readonly retryAfterSeconds?: number;
}

/** One source that is posted to. */
export interface Webhook {
  /** Before a byte of the body is read. */
  admit(request: PostedRequest): Refusal | undefined;
  /** `done` gets what the intake answered, or why the request was not handed to it. */
  take(request: PostedRequest, body: Uint8Array, done: (answer: IntakeOutcome | Refusal) => void): void;
}

/** The sources that are posted to, by name. */
export class Webhooks {
  readonly #byName = new Map<string, Webhook>();

  add(name: string, webhook: Webhook): void {
    this.#byName.set(name, webhook);
  }

  remove(name: string): void {
    this.#byName.delete(name);
  }

  find(name: string): Webhook | undefined {
    return this.#byName.get(name);
  }
}
