import type { RdfFormat } from '@meetbrug/protocols/ldes';

/** One document below `/ldes/`, by the parts of its canonical URL. */
export interface PageRequest {
  /** Name of an organisation, or `all`. */
  readonly organisation: string;
  readonly stream: string;
  /** Name of the view; undefined: the document at the stream's own IRI. */
  readonly view: string | undefined;
  /** Below the view's root, as `formatViewPath` writes it; empty for the root. */
  readonly path: string;
  readonly format: RdfFormat;
}

/** Where stream and view stood when a document was made: what is kept of an earlier moment must not be shown after it. */
export interface SeenState {
  /** Members of the stream; of a keyed view those in its index. */
  readonly memberCount: number;
  /** As of the index; 0 where there is none. */
  readonly settledMs: number;
  readonly closed: boolean;
}

/**
 * What a document is at this moment. `final`: its bytes can never change. `absent`: no such document, or not yet.
 * `dropped`: retention took it; the view's root takes its place (307). `filling`: the view is being made from the log and
 * shows nothing until it is whole (503, with a time to come back), so that no reader takes a part of it for all.
 */
export type PageAnswer =
  | {
      readonly kind: 'page';
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly final: boolean;
      readonly seen: SeenState;
    }
  | { readonly kind: 'absent' | 'dropped' | 'filling' };
