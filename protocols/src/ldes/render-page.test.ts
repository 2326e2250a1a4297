import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatastreamDescription } from '../observation/datastream-description.ts';
import { datastreamKey } from '../observation/datastream-key.ts';
import { INSTANT_MAX_MS } from '../observation/instant.ts';
import { QUALITY_FLAGS } from '../observation/quality.ts';
import { describedEntities } from '../oslo/describe-entities.ts';
import { JSON_LD_CONTEXT } from '../oslo/json-ld-context.ts';
import type { Member, ObservationMember } from '../oslo/member.ts';
import { memberShape } from '../oslo/member-holes.ts';
import { publishedIris } from '../oslo/published-iris.ts';
import { OBSERVED_PROPERTIES, PROPERTY_KEYS } from '../properties/mod.ts';
import { RDF_FORMATS, type RdfFormat } from './formats.ts';
import { memberTriples } from './member-triples.ts';
import type { PageDocument } from './page-document.ts';
import { pageTriples } from './page-triples.ts';
import { createPageRenderer } from './render-page.ts';
import { streamIri } from './stream-context.ts';
import { SYNTAXES } from './writers/write-document.ts';

const publicBaseUrl = 'https://data.example.be/meet';
const iris = publishedIris(publicBaseUrl, 'demo');
const renderer = createPageRenderer({ publicBaseUrl });
const textOf = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

function pageOf(members: readonly Member[]): PageDocument {
  return {
    stream: {
      organisation: 'demo',
      name: 'all-themes',
      title: 'Hitte "in de stad" \u00e9',
      pollingIntervalSeconds: 30,
      kind: members[0]?.kind === 'entity' ? 'entities' : 'observations',
      sequenced: true,
    },
    view: { definition: { kind: 'by-page', name: 'by-page', pageSize: 250, fanOut: 250 } },
    path: 'page/4',
    immutable: true,
    children: [],
    members,
  };
}

/** What the writer makes of a page without any template. */
function written(format: RdfFormat, page: PageDocument): string {
  const { start, between, end, blocks } = SYNTAXES[format];
  const stream = streamIri(publicBaseUrl, page.stream);
  const parts = page.members.map((member) => {
    const organisation = member.organisation ?? page.stream.organisation;
    return blocks(memberTriples(publishedIris(publicBaseUrl, organisation), stream, member));
  });
  return start + [blocks(pageTriples(publicBaseUrl, page)), ...parts].join(between) + end;
}

const name = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/);
const instant = fc.oneof(
  fc.integer({ min: 0, max: INSTANT_MAX_MS - 1000 }),
  fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
);
const inputKey = fc
  .tuple(name, name, name, name)
  .map(([feature, sensor, property, procedure]) => datastreamKey({ feature, sensor, property, procedure }));
const observation: fc.Arbitrary<ObservationMember> = fc
  .record({
    names: fc.tuple(name, name, name),
    property: fc.constantFrom(...PROPERTY_KEYS),
    direction: fc.constantFrom('in' as const, 'out' as const, undefined),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    times: fc.tuple(instant, fc.option(instant, { nil: undefined }), instant, instant),
    value: fc.constantFrom('0', '73', '-12.5', '33.4', '-999999.999999999', '999999999999999', '<10', '<999999'),
    rare: fc.record(
      {
        flags: fc.subarray([...QUALITY_FLAGS]),
        inputs: fc.array(fc.record({ datastream: inputKey, beginMs: instant }), { maxLength: 16 }),
        isoOverlay: fc.boolean(),
        organisation: name,
        position: fc.maxSafeNat(),
      },
      { requiredKeys: [] },
    ),
    revision: fc.maxSafeNat(),
    ordinal: fc.maxSafeNat(),
  })
  .map(({ names: [feature, sensor, procedure], property, direction, longitude, latitude, times, rare, ...rest }) => {
    const [beginMs, endMs, resultMs, generatedMs] = times;
    const description: DatastreamDescription = {
      datastream: datastreamKey({
        feature: direction === undefined ? feature : `${feature}_${direction}`,
        sensor,
        property: OBSERVED_PROPERTIES[property].name,
        procedure,
      }),
      version: 1,
      validFromMs: 0,
      property,
      ...(direction === undefined ? {} : { direction }),
      measuringPoint: { name: feature, label: 'punt', longitude, latitude },
      sensor: { name: sensor, manufacturer: 'm', model: 'm' },
      procedure: { name: procedure, label: 'p' },
      licence: 'https://example.org/licentie',
    };
    return {
      kind: 'observation',
      description,
      beginMs,
      ...(endMs === undefined ? {} : { endMs }),
      resultMs,
      generatedMs,
      ...rest,
      ...rare,
    };
  });

describe('a rendered page', () => {
  it.each(RDF_FORMATS)('is in %s what the writer makes of the same triples, whatever the observations', (format) => {
    fc.assert(
      fc.property(fc.array(observation, { minLength: 1, maxLength: 5 }), (members) => {
        const page = pageOf(members);
        expect(textOf(renderer.render(format, page))).toBe(written(format, page));
      }),
      { seed: 61, numRuns: 60 },
    );
  });

  it('is the same while templates come and go', () => {
    const cramped = createPageRenderer({ publicBaseUrl, templatesMax: 1 });
    fc.assert(
      fc.property(
        fc.array(observation, { minLength: 2, maxLength: 5 }),
        fc.constantFrom(...RDF_FORMATS),
        (members, format) => {
          expect(cramped.render(format, pageOf(members))).toEqual(renderer.render(format, pageOf(members)));
        },
      ),
      { seed: 62, numRuns: 40 },
    );
  });

  it('has one template for a property, whatever the organisations of its members', () => {
    const [sample] = fc.sample(observation, { seed: 70, numRuns: 1 });
    const ofBoth = ['north', 'south'].map((organisation) => ({ ...(sample ?? expect.fail()), organisation }));
    const page = { ...pageOf(ofBoth), stream: { ...pageOf([]).stream, organisation: 'all' } };
    const text = textOf(renderer.render('nquads', page));
    expect(text).toBe(written('nquads', page));
    expect(new Set(ofBoth.map(memberShape)).size).toBe(1);
    for (const organisation of ['north', 'south']) expect(text).toContain(`/id/${organisation}/observatie/`);
    expect(text).toContain('<https://data.example.be/meet/ldes/all/all-themes/by-page/page/4>');
  });

  it('has members that are the same on lines of their own, each with those terms of the context that it uses', () => {
    const frame = { before: ({ ordinal }: Member) => `${ordinal}: `, after: '\n' };
    fc.assert(
      fc.property(fc.array(observation, { minLength: 1, maxLength: 5 }), (members) => {
        const page = pageOf(members);
        const { bytes, spans } = renderer.renderLines(page.stream, members, frame, 10_000_000);
        const lines = members.map((_, index) => textOf(bytes.subarray(spans[2 * index], spans[2 * index + 1])));
        expect(textOf(bytes)).toBe(lines.map((line, index) => `${members[index]?.ordinal}: ${line}\n`).join(''));
        const { '@graph': graph } = JSON.parse(textOf(renderer.render('jsonld', page))) as { '@graph': object[] };
        const nodes = lines.map((line) => {
          const { '@context': context, ...node } = JSON.parse(line) as { '@context': object };
          for (const [term, meaning] of Object.entries(context)) expect(JSON_LD_CONTEXT[term]).toEqual(meaning);
          const keys = JSON.stringify(node).match(/"[^"]+":/g) ?? [];
          const terms = keys.map((key) => key.slice(1, -2).split(':')[0] ?? '');
          const isTerm = (term: string) => !term.startsWith('@') && !/^https?$/.test(term);
          expect(terms.filter((term) => isTerm(term) && !Object.hasOwn(context, term))).toEqual([]);
          return node;
        });
        expect(nodes).toEqual(graph.filter((node) => '@type' in node && 'isVersieVan' in node));
      }),
      { seed: 71, numRuns: 60 },
    );
  });

  it('begins no line beyond the bytes that it may have, but for the first', () => {
    const members = fc.sample(observation, { seed: 72, numRuns: 4 });
    const frame = { before: () => '', after: '\n' };
    const all = renderer.renderLines(pageOf([]).stream, members, frame, 10_000_000);
    const some = renderer.renderLines(pageOf([]).stream, members, frame, (all.spans[1] ?? 0) + 2);
    expect(some.spans).toEqual(all.spans.slice(0, 4));
    expect(renderer.renderLines(pageOf([]).stream, members, frame, 0).spans).toHaveLength(2);
  });

  it('does not change when the next one is rendered', () => {
    const [first, second] = fc.sample(observation, { seed: 63, numRuns: 2 });
    const kept = renderer.render('nquads', pageOf([first ?? expect.fail()]));
    const before = kept.slice();
    renderer.render('nquads', pageOf([second ?? expect.fail()]));
    expect(kept).toEqual(before);
  });

  it.each(RDF_FORMATS)('is ASCII in %s', (format) => {
    const members = fc.sample(observation, { seed: 64, numRuns: 3 });
    const root = { ...pageOf([]), path: '', immutable: false } as const;
    expect(renderer.render(format, pageOf(members)).every((byte) => byte < 128)).toBe(true);
    expect(renderer.render(format, root).every((byte) => byte < 128)).toBe(true);
  });

  it('says of members only what is their own: subjects are the page, its stream, the members and blank nodes', () => {
    const members = fc.sample(observation, { seed: 65, numRuns: 50 });
    const page = pageOf(members);
    const allowed = new Set([
      `<${iris.stream('all-themes')}>`,
      `<${iris.stream('all-themes')}/by-page/page/4>`,
      ...members.map(({ description, beginMs, revision, organisation = 'demo' }) => {
        const { observationVersion } = publishedIris(publicBaseUrl, organisation);
        return `<${observationVersion(description.datastream, beginMs, revision)}>`;
      }),
    ]);
    const subjects = textOf(renderer.render('nquads', page))
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(0, line.indexOf(' ')));
    expect(subjects.filter((subject) => !subject.startsWith('_:') && !allowed.has(subject))).toEqual([]);
  });

  it('has its hypermedia first and each member directly behind its tree:member', () => {
    const members = fc.sample(observation, { seed: 66, numRuns: 3 });
    const lines = textOf(renderer.render('nquads', pageOf(members)))
      .trimEnd()
      .split('\n');
    const starts = lines.flatMap((line, index) => (line.includes('<https://w3id.org/tree#member>') ? [index] : []));
    expect(starts).toHaveLength(3);
    for (const line of lines.slice(starts[0]))
      expect(line).not.toContain('<https://data.example.be/meet/ldes/demo/all-themes/by-page');
    for (const start of starts) {
      const member = lines[start]?.split(' ')[2];
      expect(lines[start + 1]?.startsWith(`${member} `)).toBe(true);
    }
  });

  it('refuses what its own view cannot have', () => {
    const [member] = fc.sample(observation, { seed: 67, numRuns: 1 });
    const page = pageOf([member ?? expect.fail()]);
    const sensor = describedEntities((member ?? expect.fail()).description)[0] ?? expect.fail();
    const entity: Member = { kind: 'entity', entity: sensor, ordinal: 0, version: 1, generatedMs: 0 };
    const entities = pageOf([entity]);
    expect(() => renderer.render('nquads', entities)).not.toThrow();
    const impossible: PageDocument[] = [
      { ...page, path: '' },
      { ...page, path: 'index/1/0' },
      { ...page, path: 'page/04' },
      { ...page, path: '2026-11/air-temperature/page/0' },
      { ...page, children: [{ path: 'page/0', relations: [{ kind: 'stamps', fromMs: 0 }] }] },
      {
        ...page,
        view: { definition: { kind: 'by-page', name: 'by-page', pageSize: 1, fanOut: 2 } },
        members: [...page.members, ...page.members],
      },
      { ...page, members: [entity] },
      { ...entities, view: { definition: { kind: 'latest', name: 'latest', buckets: 1 } }, path: 'bucket/0' },
    ];
    for (const wrong of impossible) expect(() => renderer.render('nquads', wrong)).toThrow(RangeError);
  });

  it('refuses more inputs than the contract has', () => {
    const [member] = fc.sample(observation, { seed: 69, numRuns: 1 });
    const { datastream } = (member ?? expect.fail()).description;
    const inputs = Array.from({ length: 17 }, (_, beginMs) => ({ datastream, beginMs }));
    expect(() => renderer.render('nquads', pageOf([{ ...(member ?? expect.fail()), inputs }]))).toThrow(/17 inputs/);
  });

  it('refuses a value or a name that is longer than the contract has it', () => {
    const [member] = fc.sample(observation, { seed: 68, numRuns: 1 });
    const long = { ...(member ?? expect.fail()), value: '1'.repeat(400) };
    expect(() => renderer.render('nquads', pageOf([long]))).toThrow(/longer than/);
  });
});
