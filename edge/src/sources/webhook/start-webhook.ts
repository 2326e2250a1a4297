import { createHash, timingSafeEqual } from 'node:crypto';
import { checkThingParkToken, parseMessageJson } from '@meetbrug/protocols/uplinks';
import type { WebhookConfig } from '../../config/sources/webhook-config.ts';
import { divideMessages } from '../divide-messages.ts';
import type { SourceSurroundings, StartSource } from '../start-source.ts';
import { compileTopicRules } from '../topic-rules.ts';
import { FailedAttempts } from './failed-attempts.ts';
import { postedMessage } from './posted-message.ts';
import type { PostedRequest, Refusal, Webhook } from './webhooks.ts';

const ATTEMPTS = { failuresMax: 10, windowMs: 60_000, addressesMax: 1_000 };
const MS_PER_SECOND = 1_000;

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** Takes what is posted to `/in/{name}`, from whoever knows the secret of this source. */
export const startWebhook: StartSource<WebhookConfig> = (config, surroundings) => {
  const { name } = config;
  const { webhooks, observer } = surroundings;
  webhooks.add(name, createWebhook(config, surroundings));
  observer.connected();
  return Promise.resolve({
    stop: () => {
      webhooks.remove(name);
      return Promise.resolve();
    },
  });
};

function createWebhook(config: WebhookConfig, surroundings: SourceSurroundings): Webhook {
  const { readSecret, observer, nowMs, deliver } = surroundings;
  const { secretFile, asKeyFile, timeToleranceSeconds } = config;
  const expected = secretFile === undefined ? undefined : sha256(readSecret('secretFile', secretFile));
  const asKey = asKeyFile === undefined ? undefined : readSecret('asKeyFile', asKeyFile);
  const attempts = new FailedAttempts(ATTEMPTS);
  const divided = divideMessages(deliver, compileTopicRules([]), observer);

  const refuse = (address: string, detail: string): Refusal => {
    attempts.failed(address, nowMs());
    observer.skipped('unauthorised');
    return { statusCode: 401, detail };
  };
  return {
    admit(request) {
      const waitMs = attempts.waitMs(request.address, nowMs());
      if (waitMs > 0) {
        observer.skipped('too-many-attempts');
        const retryAfterSeconds = Math.ceil(waitMs / MS_PER_SECOND);
        return { statusCode: 429, detail: 'too many requests without the secret', retryAfterSeconds };
      }
      if (expected === undefined || timingSafeEqual(sha256(shownSecret(config, request)), expected)) return undefined;
      return refuse(request.address, `the request does not carry the secret of sources.${config.name}.secretFile`);
    },
    take(request, body, done) {
      if (asKey !== undefined) {
        const json = parseMessageJson(body);
        const signed = { query: request.query, body: json.ok ? json.value : undefined };
        const settings = { asKey, toleranceMs: timeToleranceSeconds * MS_PER_SECOND };
        const checked = checkThingParkToken(signed, settings, nowMs(), (text) => sha256(text).toString('hex'));
        if (!checked.ok) {
          done(refuse(request.address, checked.fault.detail));
          return;
        }
      }
      const message = postedMessage(config, request, body, nowMs());
      if ('statusCode' in message) done(message);
      else divided(message, done);
    },
  };
}

function shownSecret({ secretHeader }: WebhookConfig, { headers }: PostedRequest): string {
  const value = headers[secretHeader?.toLowerCase() ?? 'authorization'];
  if (typeof value !== 'string') return '';
  return secretHeader === undefined ? value.replace(/^Bearer +/i, '') : value;
}
