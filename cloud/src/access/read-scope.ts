/**
 * What one caller may read. Whatever reads the store for somebody takes one, so that a door that forgets to ask does not
 * type-check.
 */
export interface ReadScope {
  /** Who asks, as in the audit log; `nobody` without credentials. */
  readonly identity: string;
  /** Whether a caller may read a stream, `sensors` included. */
  mayRead(organisation: string, stream: string): boolean;
  /**
   * For threads, which take values only: `organisation/stream` of every stream that this caller may not read, `sensors`
   * included; empty for a cloud without private streams.
   */
  readonly closed: readonly string[];
}

/** Everybody's scope where nothing is private. */
export const PUBLIC_OF_OPEN_CLOUD: ReadScope = { identity: 'nobody', mayRead: () => true, closed: [] };

/** Separates an organisation from its stream in {@link ReadScope.closed}; no name holds it. */
export function closedName(organisation: string, stream: string): string {
  return `${organisation}/${stream}`;
}
