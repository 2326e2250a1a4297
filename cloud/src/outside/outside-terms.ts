/** How the members of an outside stream are known; decides bytes, so it never changes once the stream is there. */
export interface OutsideTerms {
  /** IRI of the predicate under which the stamp of the commit is added to each member. */
  readonly stampPredicate: string;
  /** IRI of the predicate by which a member says what it is a version of. */
  readonly versionOfPredicate: string;
  /** IRI of the predicate under which every member has its own time; undefined when they need none. */
  readonly timestampPredicate?: string | undefined;
}

/** What is asked of the members of one request. */
export interface OutsideMemberRules extends OutsideTerms {
  /** Largest member, in bytes of its canonical N-Triples. */
  readonly memberBytesMax: number;
}
