import { html } from 'hono/html';
import { addressLink, facts, inBoth, pageOf } from './vocabulary-frame.ts';

/** What the front page lists. */
export interface HomeFeed {
  readonly organisation: string;
  readonly stream: string;
  readonly title: string;
  readonly isPrivate: boolean;
}

/** The front page for people: no script, nothing from elsewhere. */
export function homeHtml(feeds: readonly HomeFeed[], publicBaseUrl: string): Promise<string> {
  const lexicon = `${publicBaseUrl}/id/concept/geobserveerd-kenmerk`;
  return pageOf(
    'Meetbrug',
    html`<h1>Meetbrug</h1>
<p>Metingen van een stad, voor mens en machine.</p>
<p lang="en">What a city measures, for people and machines.</p>
<h2><a href="${lexicon}">${inBoth({ nl: 'Lexicon', en: 'What is measured, in plain words' })}</a></h2>
<h2>${inBoth({ nl: 'Stromen', en: 'Event streams (LDES), for those who follow everything' })}</h2>
${facts(feeds.map(({ organisation, stream, title, isPrivate }) => [isPrivate ? `${title} (op aanvraag)` : title, addressLink(`${publicBaseUrl}/ldes/${organisation}/${stream}`)]))}
<h2>${inBoth({ nl: 'Reeksen', en: 'Time series as JSON, for those who ask questions' })}</h2>
${facts([['API', addressLink(`${publicBaseUrl}/api/v1/datastreams`)]])}`,
    addressLink(`${publicBaseUrl}/readyz`),
  );
}

/** The same for machines. */
export function homeJson(feeds: readonly HomeFeed[], publicBaseUrl: string): string {
  const streams = feeds.map(({ organisation, stream, title, isPrivate }) => ({
    organisation,
    stream,
    title,
    url: `${publicBaseUrl}/ldes/${organisation}/${stream}`,
    access: isPrivate ? 'restricted' : 'public',
  }));
  return JSON.stringify({
    streams,
    datastreams: `${publicBaseUrl}/api/v1/datastreams`,
    lexicon: `${publicBaseUrl}/id/concept/geobserveerd-kenmerk`,
  });
}
