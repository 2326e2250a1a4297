import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../../harness/wait-for.ts';
import { ask, deliverMinutes, startHttpCloud } from '../../http/http-cloud.ts';
import { type Judgement, judgeServer, NOT_CHECKED } from './judge-server.ts';
import { MUTANTS } from './mutants/all-mutants.ts';
import { type MutantServer, startMutantServer } from './mutants/mutant-server.ts';
import { type Mutation, SOUND } from './mutants/mutation.ts';
import type { Rule } from './rule.ts';
import { RULES } from './rules/all-rules.ts';

const STREAM = '/ldes/demo/heat-stress';
const MEMBERS = 5;

let dataDir: string;
let cloud: Cloud;
let server: MutantServer;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'meetbrug-mutants-'));
  server = await startMutantServer(() => cloud.ports.http);
  cloud = await startHttpCloud({ dataDir, publicBaseUrl: server.origin });
  await deliverMinutes(cloud, MEMBERS);
  const month = new Date().toISOString().slice(0, 7);
  for (const view of ['by-time', 'by-location']) {
    await waitFor(
      async () => (await ask(cloud.ports.http, `${STREAM}/${view}/${month}`)).status === 200 || undefined,
      10_000,
      () => `${view} is not filled`,
    );
  }
});

afterAll(async () => {
  await server.stop();
  await cloud.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function judge(rule: Rule, mutation: Mutation, view?: string): Promise<Judgement | undefined> {
  server.mutate(mutation);
  const url = `${server.origin}${STREAM}${view === undefined ? '' : `/${view}`}`;
  const [judgement] = await judgeServer(url, [rule], {
    pagesMax: 100,
    samplesMax: 6,
    betweenVisits: async () => server.visitAgain(),
  });
  return judgement;
}

test('there is a mutant for every rule, and every rule has a name of its own', () => {
  const names = RULES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(Object.keys(MUTANTS).sort()).toEqual(names.toSorted());
});

describe.each(RULES)('the rule that $name', (rule) => {
  const { view, broken, sound = SOUND } = MUTANTS[rule.name] ?? { broken: SOUND };

  test('is kept by a sound server and broken by its mutant', async () => {
    expect(await judge(rule, sound, view)).toMatchObject({ outcome: 'pass', faults: [] });
    const { outcome, faults = [] } = (await judge(rule, broken, view)) ?? {};
    expect([outcome, faults.filter((fault) => fault.startsWith(NOT_CHECKED))]).toEqual(['fail', []]);
  });
});
