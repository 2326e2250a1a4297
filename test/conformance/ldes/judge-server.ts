import type { Rule } from './rule.ts';
import { type CrawlOptions, serverUnderTest } from './server-under-test.ts';

export interface Judgement {
  readonly rule: Rule;
  readonly outcome: 'pass' | 'fail' | 'not applicable';
  readonly faults: readonly string[];
}

/** Begins the fault of a rule that could not be checked. */
export const NOT_CHECKED = 'it could not be checked';

/** Checks rules one after the other. A rule that cannot be checked (the server went away, a body that is none) fails. */
export async function judgeServer(
  entryUrl: string,
  rules: readonly Rule[],
  options: CrawlOptions,
): Promise<readonly Judgement[]> {
  const server = serverUnderTest(entryUrl, options);
  const judgements: Judgement[] = [];
  for (const rule of rules) judgements.push(await judge(rule, () => rule.check(server)));
  return judgements;
}

async function judge(rule: Rule, check: () => ReturnType<Rule['check']>): Promise<Judgement> {
  try {
    const verdict = await check();
    if (verdict === 'not applicable') return { rule, outcome: verdict, faults: [] };
    return { rule, outcome: verdict.length === 0 ? 'pass' : 'fail', faults: verdict };
  } catch (error) {
    return { rule, outcome: 'fail', faults: [`${NOT_CHECKED}: ${(error as Error).message}`] };
  }
}
