import { expect, onTestFinished, test } from 'vitest';
import { type Intake, startIntake } from './start-intake.ts';

const STREAM = 'demo/parking';
const VERSION_OF = 'http://purl.org/dc/terms/isVersionOf';
const RULES = { stampPredicate: 'http://x.example/stamp', versionOfPredicate: VERSION_OF, memberBytesMax: 10_000_000 };

async function start(deadlineMs?: number): Promise<Intake> {
  const streams = new Map([[STREAM, { rules: RULES }]]);
  const started = await startIntake({ publicBaseUrl: 'https://data.example.be', streams }, deadlineMs);
  if (!started.ok) throw new Error(started.fault.detail);
  onTestFinished(() => started.value.stop());
  return started.value;
}

function turtle(text: string) {
  return { stream: STREAM, format: 'turtle', body: new TextEncoder().encode(text) } as const;
}

/** Chains of blank nodes that look alike, with a node that hangs in two places: some tenths of a second each. */
const SLOW = Array.from({ length: 60 }, (_, member) => {
  const chain = Array.from({ length: 98 }, (_, node) => `_:m${member}n${node} <x:p> _:m${member}n${node + 1} .`);
  return `<x:${member}> <${VERSION_OF}> <x:p${member}> ; <x:q> _:m${member}n0 , _:m${member}n1 . ${chain.join(' ')}`;
}).join('\n');
const MEMBER = `<x:a1> <${VERSION_OF}> <x:a> .`;

test('documents are read in the order in which they came', async () => {
  const intake = await start();
  const settled: string[] = [];
  const names = ['a', 'b', 'c'];
  await Promise.all(
    names.map(async (name) => {
      const read = await intake.read(turtle(`<x:${name}1> <${VERSION_OF}> <x:${name}> .`));
      settled.push(read.ok && read.value[0]?.kind === 'accepted' ? read.value[0].member.iri : 'refused');
    }),
  );
  expect(settled).toEqual(['x:a1', 'x:b1', 'x:c1']);
});

test('a document that takes too long is given up, and the next is read', async () => {
  const intake = await start(2_000);
  const [late, next] = await Promise.all([intake.read(turtle(SLOW)), intake.read(turtle(MEMBER))]);
  expect(late).toMatchObject({ ok: false, fault: { code: 'too-much-work' } });
  expect(next).toMatchObject({ ok: true, value: [{ kind: 'accepted' }] });
});

test('a document that is being read when the cloud stops does not keep it waiting', async () => {
  const intake = await start();
  const reading = intake.read(turtle(SLOW));
  const waiting = intake.read(turtle(MEMBER));
  await intake.stop();
  const stopped = { ok: false, fault: { code: 'intake-stopped' } };
  expect(await Promise.all([reading, waiting, intake.read(turtle(MEMBER))])).toMatchObject([stopped, stopped, stopped]);
});

test.each([
  ['nests deep', `<x:a1> <x:p> ${'[ <x:p> '.repeat(20_000)}1${' ]'.repeat(20_000)} .`],
  ['has a long list of the same', `<x:a1> <x:p> ( ${'1 '.repeat(10_000)}) .`],
])('a member that %s is read', async (_, text) => {
  const intake = await start();
  const posted = turtle(`${MEMBER} ${text}`);
  expect(await intake.read({ ...posted })).toMatchObject({ ok: true, value: [{ kind: 'accepted' }] });
});

test.each([
  ['nests deep', 'jsonld', '['.repeat(200_000) + ']'.repeat(200_000), 'unreadable'],
  ['says more than one may', 'turtle', `<x:a> <x:p> ${'1,'.repeat(500_001)} 1 .`, 'too-many-statements'],
] as const)('a document that %s is refused', async (_, format, text, code) => {
  const intake = await start();
  const body = new TextEncoder().encode(text);
  expect(await intake.read({ stream: STREAM, format, body })).toMatchObject({ ok: false, fault: { code } });
});

test('shapes that are none are told at the start', async () => {
  const shaped = (shapes: string) => ({
    publicBaseUrl: 'https://data.example.be',
    streams: new Map([[STREAM, { rules: RULES, shapes }]]),
  });
  for (const shapes of ['no turtle', '<x:a> <x:p> 1 .']) {
    const started = await startIntake(shaped(shapes));
    expect(started.ok ? '' : started.fault.detail).toContain(`outside: shapesFile of ${STREAM}: `);
  }
});
