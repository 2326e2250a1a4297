/** What the front page lists. */
export interface HomeFeed {
  readonly organisation: string;
  readonly stream: string;
  readonly title: string;
}

/** The front page for people. */
export function homeHtml(feeds: readonly HomeFeed[], publicBaseUrl: string): string {
  const items = feeds.map(({ organisation, stream, title }) => {
    const url = escapeHtml(`${publicBaseUrl}/ldes/${organisation}/${stream}`);
    return `<li>${escapeHtml(title)}: <a href="${url}">${url}</a></li>`;
  });
  const api = escapeHtml(`${publicBaseUrl}/api/v1/datastreams`);
  const lexicon = escapeHtml(`${publicBaseUrl}/id/concept/geobserveerd-kenmerk`);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Meetbrug</title><meta name="viewport" content="width=device-width"></head>
<body>
<h1>Meetbrug</h1>
<h2>Lexicon</h2>
<p><a href="${lexicon}">What is measured, in plain words</a></p>
<h2>Event streams</h2>
<ul>
${items.join('\n')}
</ul>
<h2>Query API</h2>
<p><a href="${api}">${api}</a></p>
</body>
</html>
`;
}

/** The same for machines. */
export function homeJson(feeds: readonly HomeFeed[], publicBaseUrl: string): string {
  const streams = feeds.map(({ organisation, stream, title }) => ({
    organisation,
    stream,
    title,
    url: `${publicBaseUrl}/ldes/${organisation}/${stream}`,
  }));
  return JSON.stringify({
    streams,
    datastreams: `${publicBaseUrl}/api/v1/datastreams`,
    lexicon: `${publicBaseUrl}/id/concept/geobserveerd-kenmerk`,
  });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
