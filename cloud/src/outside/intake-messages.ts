import type { RdfFormat } from '@meetbrug/protocols/ldes';
import type { Fault, Result } from '@meetbrug/protocols/result';
import type { OutsideMemberRules } from './outside-terms.ts';
import type { DocumentFaultCode } from './parse-document.ts';
import type { ReadMember } from './read-members.ts';

/** What the intake thread is started with. */
export interface IntakeSettings {
  readonly publicBaseUrl: string;
  /** By `organisation/stream`. */
  readonly streams: ReadonlyMap<string, IntakeStream>;
}

export interface IntakeStream {
  readonly rules: OutsideMemberRules;
  /** Text of the shapes that members must conform to, in Turtle. */
  readonly shapes?: string | undefined;
}

/** A document that somebody posted. */
export interface PostedDocument {
  /** `organisation/stream`. */
  readonly stream: string;
  readonly format: RdfFormat;
  readonly body: Uint8Array;
}

export type IntakeRequest = PostedDocument & { readonly id: number };

export type ReadDocument = Result<readonly ReadMember[], Fault<DocumentFaultCode>>;

export type IntakeReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'read'; readonly id: number; readonly read: ReadDocument };
