import type { Rule } from '../rule.ts';
import { CACHING_RULES } from './caching-rules.ts';
import { CHECKLIST_RULES } from './checklist-rules.ts';
import { FORMAT_RULES } from './format-rules.ts';
import { GROWTH_RULES } from './growth-rules.ts';
import { MEMBER_RULES } from './member-rules.ts';
import { PROFILE_RULES } from './profile-rules.ts';
import { STREAM_RULES } from './stream-rules.ts';
import { IMMUTABILITY_RULES, TREE_RULES } from './tree-rules.ts';
import { VIEW_RULES } from './view-rules.ts';

/**
 * Every rule; those that need a second visit come last, so that the others see the stream as it first was. What cannot be
 * seen from outside is not among them: what clients have to do, where a server keeps its pages, whether it sends 429 before
 * it is overloaded, whether a new shape admits the old members. Server-sent events are left out: no client needs them.
 */
export const RULES: readonly Rule[] = [
  ...STREAM_RULES,
  ...VIEW_RULES,
  ...TREE_RULES,
  ...IMMUTABILITY_RULES,
  ...FORMAT_RULES,
  ...CACHING_RULES,
  ...MEMBER_RULES,
  ...PROFILE_RULES,
  ...CHECKLIST_RULES,
  ...GROWTH_RULES,
];
