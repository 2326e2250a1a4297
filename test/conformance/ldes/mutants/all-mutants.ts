import { HTTP_MUTANTS } from './http-mutants.ts';
import { MEMBER_MUTANTS } from './member-mutants.ts';
import type { Mutant } from './mutation.ts';
import { STREAM_MUTANTS } from './stream-mutants.ts';
import { TREE_MUTANTS } from './tree-mutants.ts';

/** A server that breaks it, for each rule by its name. */
export const MUTANTS: Readonly<Record<string, Mutant>> = {
  ...STREAM_MUTANTS,
  ...TREE_MUTANTS,
  ...HTTP_MUTANTS,
  ...MEMBER_MUTANTS,
};
