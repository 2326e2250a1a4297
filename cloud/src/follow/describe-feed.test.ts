import { Parser } from 'n3/lib/index.js';
import { describe, expect, it } from 'vitest';
import { describeFeed } from './describe-feed.ts';

const PREFIXES = `
  @prefix ldes: <https://w3id.org/ldes#> . @prefix tree: <https://w3id.org/tree#> . @prefix dcterms: <http://purl.org/dc/terms/> .`;
const at = (url: string, turtle: string) =>
  describeFeed(new Parser({ format: 'text/turtle', baseIRI: url }).parse(`${PREFIXES}\n${turtle}`), [url]);

const ROOT = 'https://data.example/meter/feed';

describe('what a feed says of itself', () => {
  it('is found from its root node', () => {
    const said = at(
      ROOT,
      `<https://data.example/meter> a ldes:EventStream ; ldes:timestampPath dcterms:created ;
         ldes:versionOfPath dcterms:isVersionOf ; ldes:pollingInterval 30 ; tree:view <> .`,
    );
    expect(said).toEqual({
      ok: true,
      value: {
        stream: 'https://data.example/meter',
        rootUrl: ROOT,
        hasVersions: true,
        versionOfPath: 'http://purl.org/dc/terms/isVersionOf',
        timestampPath: 'http://purl.org/dc/terms/created',
        pollingSeconds: 30,
      },
    });
  });
  it('is found from the address of the stream, where the root is another document', () => {
    const said = at('https://data.example/meter', '<> a ldes:EventStream ; tree:view <meter/feed> .');
    expect(said).toEqual({
      ok: true,
      value: { stream: 'https://data.example/meter', rootUrl: ROOT, hasVersions: false },
    });
  });
  it('is found from a page that names one view', () => {
    const said = at(`${ROOT}?page=3`, `<https://data.example/meter> tree:view <${ROOT}> .`);
    expect(said).toMatchObject({ ok: true, value: { rootUrl: ROOT } });
  });
  it('is that of the view that was asked for, where there are several', () => {
    const said = at(ROOT, `<https://data.example/meter> tree:view <${ROOT}>, <by-time>, <by-place> .`);
    expect(said).toMatchObject({ ok: true, value: { rootUrl: ROOT } });
  });
  it('takes a path of one step as a list for the step', () => {
    const said = at(ROOT, '<https://data.example/meter> tree:view <> ; ldes:versionOfPath ( dcterms:isVersionOf ) .');
    expect(said).toMatchObject({ ok: true, value: { versionOfPath: 'http://purl.org/dc/terms/isVersionOf' } });
  });
  it('has versions, but no predicate for them, where the path is longer', () => {
    const said = at(ROOT, '<https://data.example/meter> tree:view <> ; ldes:versionOfPath ( dcterms:a dcterms:b ) .');
    expect(said).toMatchObject({ ok: true, value: { hasVersions: true } });
    expect(said).not.toHaveProperty('value.versionOfPath');
  });
  it('is refused with the views to choose from, where none is the one asked for', () => {
    const said = at('https://data.example/meter', '<> tree:view <a>, <b> .');
    expect(said).toMatchObject({ ok: false, fault: { code: 'several-views' } });
    expect(said).toHaveProperty(
      'fault.detail',
      expect.stringContaining('https://data.example/a, https://data.example/b'),
    );
  });
  it.each([
    ['has no view', '<> a ldes:EventStream .'],
    ['has a view that is no address', '<> tree:view "feed" .'],
    ['has a view that nobody can ask for', '<> tree:view <ftp://data.example/feed> .'],
  ])('is refused where the document %s', (_, turtle) => {
    expect(at(ROOT, turtle)).toMatchObject({ ok: false, fault: { code: 'no-view' } });
  });
});
