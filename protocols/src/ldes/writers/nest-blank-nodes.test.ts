import { describe, expect, it } from 'vitest';
import { rdfs, sosa, string } from '../../oslo/terms.ts';
import { blank, iri, triplesOf } from '../../oslo/triple.ts';
import { nestBlankNodes } from './nest-blank-nodes.ts';

const a = iri('https://example.org/a');
const b = iri('https://example.org/b');
const x = blank('x');

describe('nesting blank nodes', () => {
  it('keeps the runs of subjects apart and in order', () => {
    const label = (subject: typeof a, text: string) => triplesOf(subject, [[rdfs.label, string(text)]]);
    const blocks = nestBlankNodes([...label(a, '1'), ...label(b, '2'), ...label(a, '3'), ...label(a, '4')]);
    expect(blocks.map(({ subject }) => subject)).toEqual([a, b, a]);
    expect(blocks[2]?.statements.properties).toEqual([{ predicate: rdfs.label, objects: [string('3'), string('4')] }]);
  });

  it.each([
    ['two subjects', [...triplesOf(a, [[sosa.hasResult, x]]), ...triplesOf(b, [[sosa.hasResult, x]])]],
    ['no subject', triplesOf(x, [[rdfs.label, string('lost')]])],
    ['itself', triplesOf(x, [[sosa.hasResult, x]])],
  ])('refuses a blank node that belongs to %s', (_, triples) => {
    const said = triplesOf(x, [[rdfs.label, string('said')]]);
    expect(() => nestBlankNodes([...triples, ...said])).toThrow(/blank node x/);
  });
});
