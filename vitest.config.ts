import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{protocols,edge,cloud}/src/**/*.test.ts', 'test/**/*.test.ts', 'deploy/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
