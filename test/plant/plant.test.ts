import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type PlantedFault, plantArguments } from './plant-arguments.ts';

const PROGRAM = fileURLToPath(new URL('./fixture/program.ts', import.meta.url));
const SOURCE = new URL('./fixture/answer.ts', import.meta.url);
const FAULT: PlantedFault = { source: SOURCE, find: "'sound'", replace: "'planted'" };

function run(nodeArguments: string[], environment: Record<string, string>) {
  const env = { ...process.env, ...environment };
  return spawnSync(process.execPath, [...nodeArguments, PROGRAM], { env, encoding: 'utf8' });
}

describe('a planted fault', () => {
  it('reaches the main thread and the workers, and only a program that was started with it', () => {
    const { nodeArguments, environment } = plantArguments(FAULT);
    expect(run(nodeArguments, environment).stdout).toBe('main planted\nworker planted\n');
    expect(run([], {}).stdout).toBe('main sound\nworker sound\n');
  });

  it.each([
    { find: 'no such text', times: 0 },
    { find: 'sound', times: 3 },
  ])('is refused when its text stands $times times in the source', ({ find, times }) => {
    expect(() => plantArguments({ ...FAULT, find })).toThrow(`stands ${times} times`);
    const { nodeArguments, environment } = plantArguments(FAULT);
    const missing = { MEETBRUG_PLANT: environment.MEETBRUG_PLANT?.replace("'sound'", find) ?? '' };
    const { status, stderr } = run(nodeArguments, missing);
    expect(status).not.toBe(0);
    expect(stderr).toContain(`stands ${times} times`);
  });

  it('is refused when nothing says what to plant', () => {
    const { nodeArguments } = plantArguments(FAULT);
    expect(run(nodeArguments, { MEETBRUG_PLANT: '' }).status).not.toBe(0);
  });
});
