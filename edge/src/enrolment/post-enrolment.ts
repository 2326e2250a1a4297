import { X509Certificate } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';
import {
  ENROLMENT_BODY_BYTES_MAX,
  type EnrolmentRefusal,
  type EnrolRequest,
  type Issued,
  issuedSchema,
  type RenewRequest,
  refusalSchema,
} from '@meetbrug/protocols/enrolment';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { fingerprintOf } from './check-issued.ts';
import type { TimeBounds } from './time-bounds.ts';
import { connectVerified } from './verified-socket.ts';
import { verifyServer } from './verify-server.ts';

export type PostFaultCode = EnrolmentRefusal | 'unreachable' | 'bad-answer';
export type PostAnswer = Result<Issued, Fault<PostFaultCode>>;

export interface PostTarget {
  readonly url: URL;
  /** SHA-256 of the authority's certificate (DER), base64url. */
  readonly authorityFingerprint: string;
  readonly time: TimeBounds;
}

const TIMEOUT_MS = 15_000;
const CHAIN_LENGTH_MAX = 5;

/**
 * Asks the cloud for a certificate over HTTP or HTTPS. Over HTTPS the server must belong to the expected authority or have
 * a certificate that this machine trusts. Over HTTP nothing secret travels, and the caller checks the answer's signature.
 */
export async function postEnrolment(target: PostTarget, body: EnrolRequest | RenewRequest): Promise<PostAnswer> {
  try {
    const { status, text } = await post(target, JSON.stringify(body));
    return readAnswer(status, text);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return fail('unreachable', `${target.url.origin}: ${message || code || 'no answer'}`);
  }
}

function readAnswer(status: number, text: string): PostAnswer {
  const value = parseJson(text);
  if (status === 200) {
    const issued = issuedSchema.safeParse(value);
    return issued.success ? ok(issued.data) : fail('bad-answer', 'the answer is not that of a cloud of this version');
  }
  const refusal = refusalSchema.safeParse(value);
  if (refusal.success) return fail(refusal.data.code, refusal.data.detail);
  return fail('bad-answer', `HTTP status ${status}: does this cloud speak TLS, and is this its HTTP address?`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function post(target: PostTarget, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const options = { method: 'POST', headers, signal: AbortSignal.timeout(TIMEOUT_MS) } as const;
    const answered = (response: IncomingMessage) => {
      readText(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    };
    const isSecure = target.url.protocol === 'https:';
    const request = isSecure
      ? // No agent: it would open a connection of its own instead of the judged one.
        httpsRequest(target.url, { ...options, createConnection: () => connectPinned(target) }, answered)
      : httpRequest(target.url, { ...options, agent: false }, answered);
    request.on('error', reject);
    request.end(body);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ENROLMENT_BODY_BYTES_MAX) throw new Error(`an answer of more than ${ENROLMENT_BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function connectPinned({ url, authorityFingerprint, time }: PostTarget): TLSSocket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const judge = (socket: TLSSocket) => {
    const authority = pinnedAuthority(socket, authorityFingerprint);
    const certificate = socket.getPeerX509Certificate();
    if (authority !== undefined && certificate !== undefined)
      return verifyServer({ certificate, authority, host, time });
    return socket.authorized
      ? ok(undefined)
      : fail('wrong-authority', 'the server is not the cloud that gave out the code');
  };
  return connectVerified({ host, port: Number(url.port || 443), judge });
}

/** The certificate with that fingerprint among those that the server sent. */
function pinnedAuthority(socket: TLSSocket, fingerprint: string): X509Certificate | undefined {
  let certificate = socket.getPeerCertificate(true);
  for (let depth = 0; depth < CHAIN_LENGTH_MAX && certificate?.raw !== undefined; depth += 1) {
    if (fingerprintOf(certificate.raw) === fingerprint) return new X509Certificate(certificate.raw);
    certificate = certificate.issuerCertificate;
  }
  return undefined;
}
