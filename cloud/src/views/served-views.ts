import type { RetentionPolicy, ViewDefinition } from '@meetbrug/protocols/ldes';

/** A view as the main thread knows it: enough to decide whether bytes in memory still hold, without reading a file. */
export interface ServedView {
  readonly organisation: string;
  readonly stream: string;
  readonly definition: ViewDefinition;
  readonly retention: RetentionPolicy | undefined;
  /**
   * Changes whenever a document of the view that is not final may have other bytes: bytes kept under the same version
   * are right. Documents that are final stay right under every version, unless retention drops them.
   */
  readonly version: string;
  /** The version up to retention alone: what is final and was kept under another one is asked for again. */
  readonly droppedVersion: string;
  /** Nothing is added to the stream any more. */
  readonly closed: boolean;
}

/** The views of all streams that are served, `by-page` first; a stream of all organisations only once it is whole. */
export interface ServedViews {
  /** Undefined when there is no such stream or view. */
  find(organisation: string, stream: string, view: string): ServedView | undefined;
  list(): readonly ServedView[];
}
