import { CONCEPT_SCHEMES, type Concept, type ConceptScheme } from '@meetbrug/protocols/oslo';
import { OBSERVED_PROPERTIES, type Text, THEME_CONCEPTS, type Theme } from '@meetbrug/protocols/properties';
import { html } from 'hono/html';
import { plainFacts, technicalFacts } from './vocabulary-facts.ts';
import { facts, type Html, inBoth, pageOf, paragraphs } from './vocabulary-frame.ts';
import type { PropertyUsage } from './vocabulary-usage.ts';

const [LEXICON] = CONCEPT_SCHEMES;

/** What a page is made for. */
export interface LexiconReader {
  /** Scheme, host, optional path prefix; no trailing slash. */
  readonly publicBaseUrl: string;
  /** Undefined when it is not known how much anything is used. */
  readonly usage: PropertyUsage | undefined;
}

/** The page of a scheme for people: that of the properties is the city's data lexicon, with everything on it. */
export function conceptSchemePage(reader: LexiconReader, scheme: ConceptScheme): Promise<string> {
  if (scheme === LEXICON) return lexiconPage(reader);
  return pageOf(
    scheme.title.nl,
    html`${toLexicon(reader, '')}
<main>
<h1>${inBoth(scheme.title)}</h1>
${paragraphs(scheme.description)}
${scheme.concepts.map((concept) => entry(reader, concept))}
</main>`,
  );
}

/** The page of one concept. */
export function conceptPage(reader: LexiconReader, concept: Concept, scheme: ConceptScheme): Promise<string> {
  const all = [
    ...plainFacts(concept, reader.usage),
    ['IRI', html`<code>${urlOf(reader, concept.path)}</code>`] as const,
    ['lijst / list', html`<a href="${urlOf(reader, scheme.path)}">${inBoth(scheme.title)}</a>`] as const,
    ...technicalFacts(reader.publicBaseUrl, concept),
  ];
  return pageOf(
    concept.label.nl,
    html`${toLexicon(reader, concept.kind === 'theme' ? concept.path.replace(/^.*\//, '#') : `#${anchorOf(concept)}`)}
<main>
<h1>${inBoth(concept.label)}</h1>
${paragraphs(concept.definition)}
${facts(all)}
${concept.kind === 'theme' ? propertiesOf(reader, concept.theme) : ''}
</main>`,
  );
}

function lexiconPage(reader: LexiconReader): Promise<string> {
  const sections = lexiconSections();
  return pageOf(
    'Gegevenslexicon',
    html`<header>
<h1>Gegevenslexicon <span lang="en">Data lexicon</span></h1>
${paragraphs(LEXICON.description)}
<nav aria-label="Onderdelen"><ul>${sections.map(({ id, label }) => html`<li><a href="#${id}">${label.nl}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map(
  ({ id, path, label, description, concepts }) => html`<section aria-labelledby="${id}">
<h2 id="${id}"><a href="${urlOf(reader, path)}">${inBoth(label)}</a></h2>
${paragraphs(description)}
${concepts.map((concept) => entry(reader, concept))}
</section>`,
)}
</main>`,
  );
}

interface LexiconSection {
  readonly id: string;
  /** Of what the section is about, below `/id/`. */
  readonly path: string;
  readonly label: Text;
  readonly description: Text;
  readonly concepts: readonly Concept[];
}

/** The properties by theme, then the other lists. */
function lexiconSections(): LexiconSection[] {
  const themes = CONCEPT_SCHEMES.flatMap(({ concepts }) => concepts).filter((concept) => concept.kind === 'theme');
  const others = CONCEPT_SCHEMES.filter(
    (scheme) => scheme !== LEXICON && scheme.concepts.every(({ kind }) => kind !== 'theme'),
  );
  return [
    ...themes.map(({ theme, path, label, definition }) => ({
      id: THEME_CONCEPTS[theme].name,
      path,
      label,
      description: definition,
      concepts: LEXICON.concepts.filter((concept) => concept.kind === 'property' && concept.property.theme === theme),
    })),
    ...others.map(({ path, title, description, concepts }) => ({
      id: path.replace(/^.*\//, ''),
      path,
      label: title,
      description,
      concepts,
    })),
  ];
}

function entry(reader: LexiconReader, concept: Concept): Html {
  return html`<article id="${anchorOf(concept)}">
<h3><a href="${urlOf(reader, concept.path)}">${inBoth(concept.label)}</a></h3>
${paragraphs(concept.definition)}
${facts(plainFacts(concept, reader.usage))}
</article>`;
}

function propertiesOf(reader: LexiconReader, theme: Theme): Html {
  const properties = Object.values(OBSERVED_PROPERTIES).filter((property) => property.theme === theme);
  return html`<h2>Kenmerken <span lang="en">Properties</span></h2>
<ul>${properties.map(({ path, label }) => html`<li><a href="${urlOf(reader, path)}">${inBoth(label)}</a></li>`)}</ul>`;
}

function toLexicon(reader: LexiconReader, anchor: string): Html {
  return html`<nav aria-label="Lexicon"><ul><li><a href="${urlOf(reader, LEXICON.path)}${anchor}">Gegevenslexicon</a></li></ul></nav>`;
}

/** Stays the same for ever: people link to it. */
function anchorOf({ path }: Concept): string {
  return path.replaceAll('/', '-');
}

function urlOf({ publicBaseUrl }: LexiconReader, path: string): string {
  return `${publicBaseUrl}/id/${path}`;
}
