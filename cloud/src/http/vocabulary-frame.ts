import type { Text } from '@meetbrug/protocols/properties';
import { html, raw } from 'hono/html';
import { STYLE } from './vocabulary-style.ts';

/** Markup whose values were escaped. */
export type Html = ReturnType<typeof html>;
/** A name and a value in a list of facts. */
export type Fact = readonly [name: string, value: Html | string];

/** Below the pages of the lexicon. */
const LINKED_DATA_NOTE = html`<p>Deze pagina bestaat ook als linked data: vraag <code>text/turtle</code> of <code>application/ld+json</code> op hetzelfde adres.</p>
<p lang="en">This page exists as linked data too: ask for <code>text/turtle</code> or <code>application/ld+json</code> at the same address.</p>`;

/** A whole page: no script, nothing from elsewhere. */
export async function pageOf(title: string, body: Html, footer: Html = LINKED_DATA_NOTE): Promise<string> {
  return String(
    await html`<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
${body}
<footer>
${footer}
</footer>
</body>
</html>
`,
  );
}

/** Dutch first, English beside it. */
export function inBoth({ nl, en }: Text): Html {
  return html`${nl} <span lang="en">${en}</span>`;
}

/** The same as paragraphs of their own. */
export function paragraphs({ nl, en }: Text): Html {
  return html`<p>${nl}</p>
<p lang="en">${en}</p>`;
}

export function facts(all: readonly Fact[]): Html | string {
  return all.length === 0 ? '' : html`<dl>${all.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** An address that is its own text. */
export function addressLink(url: string): Html {
  return html`<a href="${url}">${url}</a>`;
}
