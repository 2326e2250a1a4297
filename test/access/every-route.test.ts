import type { Access } from '@meetbrug/cloud/src/access/access.ts';
import { PUBLIC_OF_OPEN_CLOUD } from '@meetbrug/cloud/src/access/read-scope.ts';
import { type AppSettings, createApp } from '@meetbrug/cloud/src/http/app.ts';
import { fail } from '@meetbrug/protocols/result';
import { expect, test } from 'vitest';
import { DOORS } from './doors.ts';

/** Answers everything that the routes ask for while they are made: which routes there are does not hang on it. */
const anything: unknown = new Proxy(() => undefined, { get: () => anything, apply: () => anything });
const access = { scopeOf: () => PUBLIC_OF_OPEN_CLOUD } as unknown as Access;
const settings = {
  publicBaseUrl: 'https://data.example.org',
  home: [],
  catalogue: fail('catalogue-incomplete', 'not asked'),
  access,
} as Partial<AppSettings>;

/** Settings of which those that are not said are {@link anything}; `enrolment` has routes and no reading. */
const complete = new Proxy(settings, {
  get: (target, name) => (name === 'enrolment' || name in target ? Reflect.get(target, name) : anything),
}) as AppSettings;

/** Gives its own documents nothing of the store. */
const GUARD = { method: 'ALL', path: '/*' };

test('every route of the cloud is among the doors that the tests try', () => {
  const routes = createApp(complete).routes.filter(
    ({ method, path }) => method !== GUARD.method || path !== GUARD.path,
  );
  const known = new Set(DOORS.map(({ route }) => route));
  const unknown = routes.filter(({ path }) => !known.has(path)).map(({ method, path }) => `${method} ${path}`);
  expect(unknown).toEqual([]);
  expect(routes.length).toBeGreaterThan(20);
});

test('no door is tried under a route that is not there', () => {
  const routes = new Set(createApp(complete).routes.map(({ path }) => path));
  expect([...new Set(DOORS.map(({ route }) => route))].filter((route) => !routes.has(route))).toEqual([]);
});
