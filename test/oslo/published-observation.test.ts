import { createPublishedObservationCheck, type ObservationMember, publishedIris } from '@meetbrug/protocols/oslo';
import { describe, expect, it } from 'vitest';
import { BASE_URL, OBSERVATIONS, type ObservationKind, ORGANISATION } from './golden-members.ts';

const check = createPublishedObservationCheck(BASE_URL);
const iris = publishedIris(BASE_URL, ORGANISATION);
const { heat, mobility, derived } = OBSERVATIONS;

describe('the check before an observation is published', () => {
  it.each(Object.keys(OBSERVATIONS) as ObservationKind[])('finds nothing against the kind %s', (kind) => {
    expect(check(iris, OBSERVATIONS[kind])).toEqual([]);
  });

  it.each<[string, ObservationMember]>([
    ['a suppressed temperature', { ...heat, value: '<10' }],
    ['a fraction of a bicycle', { ...mobility, value: '7.5' }],
    ['less than no bicycle', { ...mobility, value: '-1' }],
    ['a value that is no decimal', { ...heat, value: '1e3' }],
    [
      'more inputs than a derived value may have',
      { ...derived, inputs: Array.from({ length: 17 }, (_, beginMs) => ({ ...derived.inputs[0], beginMs })) },
    ],
    [
      'a name that no IRI of ours has',
      { ...heat, description: { ...heat.description, sensor: { ...heat.description.sensor, name: 'A B' } } },
    ],
  ])('refuses %s', (_, member) => {
    expect(check(iris, member).length).toBeGreaterThan(0);
  });

  it('names what is wrong', () => {
    const sensor = { ...heat.description.sensor, name: 'A B' };
    const [fault] = check(iris, { ...heat, description: { ...heat.description, sensor } });
    expect(fault).toContain('http://www.w3.org/ns/sosa/madeBySensor');
  });

  it('refuses members of another installation', () => {
    expect(check(publishedIris('https://else.example', ORGANISATION), heat).length).toBeGreaterThan(0);
  });
});
