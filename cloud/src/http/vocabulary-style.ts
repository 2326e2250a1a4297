import { createHash } from 'node:crypto';

/** The style of the lexicon's pages: no script and nothing from elsewhere, readable on a phone, in the dark and on paper. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c1c1c; --soft: #565656; --line: #d4d4d4; --paper: #fff; --link: #0b5394; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --soft: #b4b4b4; --line: #444; --paper: #161616; --link: #8ec5ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); overflow-wrap: anywhere; }
a { color: var(--link); }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
h1 { line-height: 1.2; margin: 0.5rem 0; }
h2 { margin: 2.5rem 0 0.25rem; padding-top: 0.5rem; border-top: 2px solid var(--line); line-height: 1.3; }
h3 { margin: 0; line-height: 1.3; }
h2 a, h3 a { text-decoration-thickness: 1px; }
p { margin: 0.25rem 0; max-width: 45rem; }
[lang=en] { color: var(--soft); }
h1 [lang=en], h2 [lang=en], h3 [lang=en] { display: block; font-size: 0.7em; font-weight: normal; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; list-style: none; margin: 0.75rem 0; padding: 0; }
article { padding: 1rem 0; border-bottom: 1px solid var(--line); }
dl { display: grid; grid-template-columns: minmax(8rem, auto) 1fr; gap: 0.15rem 1rem; margin: 0.5rem 0 0; }
dt { color: var(--soft); }
dd { margin: 0; }
footer { margin: 3rem 0 1rem; color: var(--soft); }
code { font-size: 0.95em; }
@media (max-width: 30rem) { dl { grid-template-columns: 7.5rem 1fr; } }
@media print { nav { display: none; } }
`;

/** Lets a browser run and load nothing but the style above. */
export const CONTENT_SECURITY_POLICY =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; ` +
  `base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
