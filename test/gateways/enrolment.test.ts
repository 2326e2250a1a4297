import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, connect as dial } from 'node:net';
import { join } from 'node:path';
import { keyFingerprint } from '@meetbrug/cloud/src/gateways/check-certificate-request.ts';
import { openGatewayStore } from '@meetbrug/cloud/src/gateways/gateway-store.ts';
import { invitationId, invitationKey } from '@meetbrug/cloud/src/gateways/invitation-key.ts';
import { certificateRequest, newGatewayKey } from '@meetbrug/edge/src/enrolment/certificate-request.ts';
import { enrolGateway } from '@meetbrug/edge/src/enrolment/enrol-gateway.ts';
import { openIdentityFiles } from '@meetbrug/edge/src/enrolment/identity-files.ts';
import { openInvitation } from '@meetbrug/edge/src/enrolment/proofs.ts';
import { parseInvitationCode } from '@meetbrug/protocols/enrolment';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GatewayCloud, startGatewayCloud } from './gateway-fixture.ts';

const DAY_MS = 86_400_000;
let site: GatewayCloud;
beforeAll(async () => {
  site = await startGatewayCloud();
});
afterAll(() => site.remove());

function post(body: unknown, path = '/enrol'): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(site.httpUrl() + path, { method: 'POST', body: text });
}

function secretOf(code: string): string {
  const parsed = parseInvitationCode(code);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  return parsed.value.secret;
}

describe('enrolling', () => {
  test('gives a certificate for the key that was made here, at most 90 days, for this edge alone', async () => {
    const { keyPem, certificatePem, authorityPem } = await site.enrol('edge-names');
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.subject).toBe('O=demo\nCN=edge-names');
    expect(certificate.checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
    expect(certificate.verify(new X509Certificate(authorityPem).publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    const lifeMs = certificate.validToDate.getTime() - certificate.validFromDate.getTime();
    expect(lifeMs).toBeLessThanOrEqual(90 * DAY_MS);
  });

  test('keeps private keys for their owner alone, on both sides', async () => {
    await site.enrol('edge-modes');
    const identity = join(site.folder, 'identity-edge-modes', 'identity.json');
    for (const file of [identity, join(site.dataDir, 'gateway-authority.pem')]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
  });

  test('gives one code to exactly one of ten gateways that ask at once', async () => {
    const code = await site.invite('edge-race');
    const files = Array.from({ length: 10 }, (_, index) => openIdentityFiles(join(site.folder, `racer-${index}`)));
    const answers = await Promise.all(files.map((own) => enrolGateway(site.wish(code, 'edge-race', { files: own }))));
    const codes = answers.map((answer) => (answer.ok ? 'enrolled' : answer.fault.code)).toSorted();
    expect(codes).toEqual(['enrolled', ...Array.from({ length: 9 }, () => 'invitation-used')]);
  });

  test('gives one key that asks ten times at once one certificate', async () => {
    const code = await site.invite('edge-eager');
    const { invitation, prove } = openInvitation(secretOf(code));
    const request = certificateRequest(newGatewayKey());
    const body = { version: 1, invitation, request, proof: prove(request) };
    const answers = await Promise.all(Array.from({ length: 10 }, async () => (await post(body)).text()));
    expect(new Set(answers).size).toBe(1);
    expect(JSON.parse(answers[0] ?? '')).toMatchObject({ edge: 'edge-eager', organisation: 'demo' });
  });

  test('is made good after the answer was lost: the same key gets the same certificate, another gets none', async () => {
    const code = await site.invite('edge-lost');
    const cut = await startCuttingProxy(site.cloud().ports.http);
    const lost = await enrolGateway(site.wish(code, 'edge-lost', { enrolUrl: cut.url }));
    expect(lost).toMatchObject({ ok: false, fault: { code: 'unreachable' } });
    expect(cut.answered()).toBe(1);
    await cut.stop();

    const files = openIdentityFiles(join(site.folder, 'thief'));
    expect(await enrolGateway(site.wish(code, 'edge-lost', { files }))).toMatchObject({
      fault: { code: 'invitation-used' },
    });
    await site.restart();
    const again = await enrolGateway(site.wish(code, 'edge-lost'));
    expect(again.ok && again.value.edge).toBe('edge-lost');
  });

  test('is made good after the cloud died between its decision and the signature', async () => {
    const code = await site.invite('edge-crash');
    const files = openIdentityFiles(join(site.folder, 'identity-edge-crash'));
    const { invitation } = openInvitation(secretOf(code));
    const key = newGatewayKey();
    files.keepPendingKey({
      version: 1,
      from: invitation,
      keyPem: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    });
    const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
    const store = openGatewayStore(join(site.dataDir, 'gateways.sqlite'));
    const times = { notBeforeMs: Date.now() - 1_000, notAfterMs: Date.now() + DAY_MS };
    const id = invitationId(invitationKey(Buffer.from(secretOf(code), 'base64url')));
    store.claimInvitation(id, { serial: '4242', keyFingerprint: keyFingerprint(spki), ...times }, Date.now());
    store.close();

    const enrolled = await enrolGateway(site.wish(code, 'edge-crash'));
    expect(enrolled.ok && new X509Certificate(enrolled.value.certificatePem).serialNumber).toBe('4242');
  });

  test('is refused with a code of which one character is another', async () => {
    const code = await site.invite('edge-typo');
    const other = code.replace(/^mb1\.(.)/, (_, first) => `mb1.${first === 'A' ? 'B' : 'A'}`);
    expect(await enrolGateway(site.wish(other, 'edge-typo'))).toMatchObject({ fault: { code: 'unknown-invitation' } });
  });

  test('is refused with a code that a newer one replaced', async () => {
    const [older, newer] = [await site.invite('edge-twice'), await site.invite('edge-twice')];
    expect(await enrolGateway(site.wish(older, 'edge-twice'))).toMatchObject({ fault: { code: 'invitation-expired' } });
    expect((await enrolGateway(site.wish(newer, 'edge-twice'))).ok).toBe(true);
  });

  test('tells a gateway with another name whose code it holds, and works once the name is right', async () => {
    const code = await site.invite('edge-right');
    const files = openIdentityFiles(join(site.folder, 'misnamed'));
    const wrong = await enrolGateway(site.wish(code, 'edge-wrong', { files }));
    expect(wrong).toMatchObject({ fault: { code: 'other-edge', detail: expect.stringContaining('"edge-right"') } });
    expect((await enrolGateway(site.wish(code, 'edge-right', { files }))).ok).toBe(true);
  });

  test('is refused by the gateway when another authority answers', async () => {
    const code = await site.invite('edge-astray');
    const elsewhere = await startGatewayCloud();
    const foreign = await elsewhere.invite('edge-astray');
    const mixed = `${foreign.split('.').slice(0, 2).join('.')}.${code.split('.')[2]}`;
    const wish = site.wish(mixed, 'edge-astray', { enrolUrl: elsewhere.httpUrl() });
    expect(await enrolGateway(wish)).toMatchObject({ fault: { code: 'wrong-authority' } });
    expect(wish.files.identity()).toEqual({ ok: true, value: undefined });
    await elsewhere.remove();
  });

  test('leaves neither the code nor its key in what the cloud keeps and logs', async () => {
    const code = await site.invite('edge-secretive');
    await enrolGateway(site.wish(code, 'edge-secretive'));
    const secret = secretOf(code);
    const forms = [secret, Buffer.from(secret, 'base64url').toString('latin1'), openInvitation(secret).invitation];
    const kept = readdirSync(site.dataDir)
      .filter((name) => name.startsWith('gateways.sqlite'))
      .map((name) => readFileSync(join(site.dataDir, name), 'latin1'));
    const everything = [...kept, ...site.log].join('\n');
    expect(everything).toContain('edge-secretive');
    for (const form of forms) expect(everything).not.toContain(form);
    expect(everything).not.toContain('PRIVATE KEY');
  });
});

describe('a request to enrol', () => {
  async function body(changes: Record<string, unknown> = {}) {
    const { invitation, prove } = openInvitation(secretOf(await site.invite('edge-strange')));
    const request = certificateRequest(newGatewayKey());
    return { version: 1, invitation, request, proof: prove(request), ...changes };
  }

  test.each([
    ['no JSON', async () => '{', 400, 'bad-request'],
    ['an empty object', async () => '{}', 400, 'bad-request'],
    ['20 kB', async () => 'x'.repeat(20_000), 400, 'bad-request'],
    [
      'a request that another one was proved for',
      async () => body({ request: certificateRequest(newGatewayKey()) }),
      403,
      'bad-proof',
    ],
    [
      'a proof by another code',
      async () => body({ proof: openInvitation('A'.repeat(43)).prove('x') }),
      403,
      'bad-proof',
    ],
  ])('with %s is refused', async (_, make, status, code) => {
    const response = await post(await make());
    expect([response.status, (await response.json()) as { code: string }]).toMatchObject([status, { code }]);
  });

  test.each([
    ['a signature by another key', tamperedRequest, 'bad-certificate-request', 'its signature is not by its key'],
    ['a key on a curve that nobody asked for', () => certificateRequest(keyOn('secp521r1')), 'weak-key', 'P-256'],
    [
      'rubbish',
      () => '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n',
      'bad-certificate-request',
      'no certificate request',
    ],
  ])('for %s is refused and leaves the code unused', async (_, make, code, detail) => {
    const text = await site.invite('edge-strange');
    const { invitation, prove } = openInvitation(secretOf(text));
    const request = make();
    const response = await post({ version: 1, invitation, request, proof: prove(request) });
    expect(await response.json()).toMatchObject({ code, detail: expect.stringContaining(detail) });
    const files = openIdentityFiles(join(site.folder, `after-${request.length}`));
    expect((await enrolGateway(site.wish(text, 'edge-strange', { files }))).ok).toBe(true);
  });

  test('is answered with 429 when one address asks all the time', async () => {
    const flooded = await startGatewayCloud({ gateways: 'attemptsPerMinute: 5' });
    const ask = () => fetch(`${flooded.httpUrl()}/enrol`, { method: 'POST', body: '{}' });
    const statuses: number[] = [];
    for (let count = 0; count < 8; count += 1) statuses.push((await ask()).status);
    expect(statuses.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 400));
    expect(statuses.slice(5)).toEqual(Array.from({ length: 3 }, () => 429));
    await flooded.remove();
  });

  test('finds nothing at a cloud without TLS', async () => {
    const plain = await startGatewayCloud({ mqtt: '' });
    expect((await fetch(`${plain.httpUrl()}/enrol`, { method: 'POST', body: '{}' })).status).toBe(405);
    await expect(plain.invite()).rejects.toThrow('mqtt.tls');
    await plain.remove();
  });
});

function keyOn(namedCurve: string) {
  return generateKeyPairSync('ec', { namedCurve }).privateKey;
}

/** A well-formed request whose key was exchanged after it had been signed. */
function tamperedRequest(): string {
  const raw = (pem: string) => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const [mine, other] = [raw(certificateRequest(newGatewayKey())), raw(certificateRequest(newGatewayKey()))];
  // Both begin alike up to the end of the key: headers, version, empty subject, SubjectPublicKeyInfo of 91 bytes.
  const keyEnd = mine.indexOf(Buffer.from('034200', 'hex')) + 68;
  const body = Buffer.concat([
    mine.subarray(0, keyEnd - 64),
    other.subarray(keyEnd - 64, keyEnd),
    mine.subarray(keyEnd),
  ]);
  return `-----BEGIN CERTIFICATE REQUEST-----\n${body.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
}

/** Forwards a request and breaks the connection when the answer begins. */
async function startCuttingProxy(port: number) {
  let answered = 0;
  const server = createServer((near) => {
    const far = dial(port, '127.0.0.1');
    near.pipe(far);
    far.once('data', () => {
      answered += 1;
      near.destroy();
      far.destroy();
    });
    for (const socket of [near, far]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${own}`,
    answered: () => answered,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
