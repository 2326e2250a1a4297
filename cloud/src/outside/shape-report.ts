/** Why a member does not conform to shapes: the results of a SHACL validation report; terms in N-Triples. */
export interface ShapeReport {
  readonly conforms: false;
  readonly results: readonly ShapeResult[];
}

export interface ShapeResult {
  readonly focusNode: string;
  readonly path?: string;
  readonly value?: string;
  readonly message?: string;
  readonly severity: string;
  readonly constraint: string;
  readonly shape?: string;
}
