import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkThingParkToken } from './thingpark-token.ts';

const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex');
const TOLERANCE_MS = 60_000;

/**
 * Requests with the tokens that were published with them: actility/thingpark-integrations
 * `1_tpNS-AS/AS_nodejs_example/verify_token_in_uplink.js`, and iotacademy/LoRaPayloadSimulator `1_KPN_LoRa_Example.md`,
 * whose numbers are texts.
 */
const PUBLISHED = [
  {
    key: 'f3203a20a2e8dfaf6686b621f56d05e3',
    query:
      'LrnDevEui=20635F0108000496&LrnFPort=17&LrnInfos=TWA_100002167.1111.AS-1-111974&AS_ID=TWA_100002167.1111.AS' +
      '&Time=2021-04-07T08%3A49%3A51.551%2B00%3A00' +
      '&Token=196c22898bf95fcf48b72be198c89256410660b9b514539651344baa594ad74f',
    uplink: {
      CustomerID: '100002167',
      DevEUI: '20635F0108000496',
      FPort: 17,
      FCntUp: 18,
      payload_hex: '032ce4850919d85d4c9f793ad148d24f32f3c6b5488f5a087cbeb1488f5a998c83ab',
    },
    sentMs: Date.parse('2021-04-07T08:49:51.551Z'),
  },
  {
    key: '00112233445566778899aabbccddeeff',
    query:
      'LrnDevEui=0059AC000010020D&LrnFPort=2&LrnInfos=TWA_100006246.167.AS-1-1361149&AS_ID=hookbin' +
      '&Time=2016-07-05T08:58:26.911+02:00' +
      '&Token=18f44bb294f9dd33b5168eeb92a0c7f9fa807914097dc9bb2ed5a789a65fad33',
    uplink: {
      CustomerID: '100006246',
      DevEUI: '0059AC000010020D',
      FPort: '2',
      FCntUp: '3',
      payload_hex: '00277c0878fd9b2e000000000000ffff',
    },
    sentMs: Date.parse('2016-07-05T06:58:26.911Z'),
  },
];

describe.each(PUBLISHED)('a request that was published with its token ($key)', ({ key, query, uplink, sentMs }) => {
  const check = (change: { query?: string; uplink?: object; key?: string; nowMs?: number; body?: unknown } = {}) =>
    checkThingParkToken(
      {
        query: change.query ?? query,
        body: 'body' in change ? change.body : { DevEUI_uplink: { ...uplink, ...change.uplink } },
      },
      { asKey: change.key ?? key, toleranceMs: TOLERANCE_MS },
      change.nowMs ?? sentMs,
      sha256Hex,
    );
  const fault = (result: ReturnType<typeof check>) => (result.ok ? 'accepted' : result.fault.code);

  it.each([
    ['as it came', {}],
    ['without its wrapper', { body: uplink }],
    ['by the key in upper case', { key: key.toUpperCase() }],
    ['at the edge of the tolerance', { nowMs: sentMs + TOLERANCE_MS }],
    ['from a clock that is ahead', { nowMs: sentMs - TOLERANCE_MS }],
  ])('is accepted %s', (_, change) => {
    expect(fault(check(change))).toBe('accepted');
  });

  it.each([
    ['another payload', { uplink: { payload_hex: '00' } }],
    ['another counter', { uplink: { FCntUp: 19 } }],
    ['another key', { key: `${key}0` }],
    ['another time in the query', { query: query.replace(/Time=\d{4}/, 'Time=2027') }],
    ['a token that ends too soon', { query: query.slice(0, -1) }],
    ['a token that goes on', { query: `${query}0` }],
    ['an empty token', { query: query.replace(/Token=.*/, 'Token=') }],
  ])('is refused with %s', (_, change) => {
    expect(fault(check(change))).toBe('token-wrong');
  });

  it.each([
    ['no token', { query: query.replace(/&Token=.*/, '') }],
    ['no query', { query: '' }],
    ['a query that cannot be decoded', { query: query.replace('AS_ID=', 'AS_ID=%E0%A4%A') }],
    ['no body', { body: undefined }],
    ['a body without a signed field', { uplink: { CustomerID: undefined } }],
  ])('is refused with %s', (_, change) => {
    expect(fault(check(change))).toBe('token-missing');
  });

  it('is refused when it is sent again later', () => {
    expect(fault(check({ nowMs: sentMs + TOLERANCE_MS + 1 }))).toBe('token-stale');
  });

  it('takes the first of two tokens, as the sender would', () => {
    expect(fault(check({ query: `Token=00&${query}` }))).toBe('token-wrong');
  });
});
