import { createPageRenderer, type PageDocument } from '@meetbrug/protocols/ldes';
import { type Member, publishedShapes } from '@meetbrug/protocols/oslo';
import { THEMES } from '@meetbrug/protocols/properties';
import { Parser, type Quad, Store } from 'n3';
import { describe, expect, it } from 'vitest';
import { fleetDay } from './fleet-day.ts';
import { BASE_URL, ORGANISATION } from './golden-members.ts';
import { documentValidator } from './graphs.ts';

const MEMBERS_A_PAGE = 250;
const VERSION_OF = 'http://purl.org/dc/terms/isVersionOf';
const day = fleetDay(Date.UTC(2026, 6, 14));
const shapes = publishedShapes(BASE_URL);
const renderer = createPageRenderer({ publicBaseUrl: BASE_URL });

/** The pages of a stream as a reader parses them. */
function pagesOf(stream: string, kind: PageDocument['stream']['kind'], members: readonly Member[]): Quad[][] {
  return Array.from({ length: Math.ceil(members.length / MEMBERS_A_PAGE) }, (_, index) => {
    const bytes = renderer.render('nquads', {
      stream: {
        organisation: ORGANISATION,
        name: stream,
        title: stream,
        pollingIntervalSeconds: 30,
        kind,
        sequenced: true,
      },
      view: { definition: { kind: 'by-page', name: 'by-page', pageSize: MEMBERS_A_PAGE, fanOut: 250 } },
      path: `page/${index}`,
      immutable: false,
      children: [],
      members: members.slice(index * MEMBERS_A_PAGE, (index + 1) * MEMBERS_A_PAGE),
    });
    return new Parser({ format: 'application/n-quads' }).parse(new TextDecoder().decode(bytes));
  });
}

async function expectAllConform(name: keyof typeof shapes, pages: readonly Quad[][], memberCount: number) {
  const validator = documentValidator(shapes[name]);
  let judged = 0;
  for (const page of pages) {
    const report = await validator.validate(new Store(page));
    expect(report.results.map(({ focusNode, path, message }) => [focusNode?.value, path?.toString(), message])).toEqual(
      [],
    );
    judged += page.filter(({ predicate }) => predicate.value === VERSION_OF).length;
  }
  expect(judged).toBe(memberCount);
}

/** The validator needs some milliseconds a member, and more where other tests run beside it. */
describe('a day of the fleet', { timeout: 120_000 }, () => {
  it.each(THEMES)('conforms to the shape of its stream, every member: %s', async (theme) => {
    const members = day.observations.get(theme) ?? [];
    expect(members.length).toBeGreaterThan(45);
    await expectAllConform(theme, pagesOf(theme, 'observations', members), members.length);
  });

  it('conforms to the shape of sensors, every member', async () => {
    expect(day.entities.length).toBeGreaterThan(50);
    await expectAllConform('sensors', pagesOf('sensors', 'entities', day.entities), day.entities.length);
  });

  it.each(THEMES)('would not conform with one triple less: %s', async (theme) => {
    const [page = []] = pagesOf(theme, 'observations', (day.observations.get(theme) ?? []).slice(0, 20));
    const unit = page.findIndex(({ predicate }) => predicate.value.endsWith('hasFeatureOfInterest'));
    const report = await documentValidator(shapes[theme]).validate(new Store(page.toSpliced(unit, 1)));
    expect(report.conforms).toBe(false);
  });
});
