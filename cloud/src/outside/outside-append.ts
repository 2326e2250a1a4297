/** One version object of another system, as it is kept. */
export interface OutsideMember {
  readonly iri: string;
  /** Canonical N-Triples (UTF-8): all that the member says, without our stamp. */
  readonly body: Uint8Array;
  /** What it is a version of. */
  readonly versionOf?: string;
  /** Of `body`, SHA-256 in hexadecimal digits: the same content has the same one, in whatever syntax it came. */
  readonly digest: string;
}

/** What goes into an outside stream in one transaction. */
export interface OutsideAppend {
  readonly organisation: string;
  readonly stream: string;
  readonly members: readonly OutsideMember[];
  /** Committed in the same transaction and kept by name, whatever comes of the members. */
  readonly cursor?: OutsideCursor;
}

/** How far something that feeds a stream has come, in its own words. */
export interface OutsideCursor {
  readonly name: string;
  readonly state: string;
}

/** `known`: it was there with the same content. `conflict`: it was there with another, which stays. */
export type OutsideResult = 'created' | 'known' | 'conflict';

/** Why nothing of an append was taken. */
export type OutsideAppendFaultCode = 'disk-full' | 'writer-stopped' | 'clock-behind' | 'stream-closed';
