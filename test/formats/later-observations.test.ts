import { NAMESPACES, type ObservationMember } from '@meetbrug/protocols/oslo';
import { isomorphic } from 'rdf-isomorphic';
import { describe, expect, it } from 'vitest';
import { DESCRIPTIONS, LATER_OBSERVATIONS } from './example-members.ts';
import { difference, expected, graphOf } from './member-graph.ts';

describe('what came later changes nothing else of an observation', () => {
  const { flagged, derived, suppressed } = LATER_OBSERVATIONS;

  it('flags are a quality measurement each', async () => {
    const { flags: _, ...plain } = flagged;
    expect(await difference(flagged, plain)).toEqual({
      more: [
        '[] isMeasurementOf outside-plausible-range',
        '[] isMeasurementOf sensor-tilted',
        '[] type QualityMeasurement',
        '[] type QualityMeasurement',
        '[] value true',
        '[] value true',
        'it resultQuality []',
        'it resultQuality []',
      ],
      less: [],
    });
    const metrics = (await graphOf(flagged)).filter(({ predicate }) => predicate.value.endsWith('#isMeasurementOf'));
    expect(metrics.map(({ object }) => object.value)).toEqual([
      'https://data.example.be/id/concept/kwaliteitskenmerk/outside-plausible-range',
      'https://data.example.be/id/concept/kwaliteitskenmerk/sensor-tilted',
    ]);
  });

  it('inputs are links to the observations, whatever their versions', async () => {
    const { inputs: _, ...plain } = derived;
    expect(await difference(derived, plain)).toEqual({
      more: ['it relatedObservation 2026-07-01T11:50:00.001Z', 'it relatedObservation 2026-07-01T12:00:00Z'],
      less: [],
    });
    const related = (await graphOf(derived)).filter(({ predicate }) => predicate.value.endsWith('/relatedObservation'));
    expect(related[0]?.object.value).toBe(
      `https://data.example.be/id/demo/observatie/${DESCRIPTIONS.water.datastream}/2026-07-01T12:00:00Z`,
    );
  });

  it('a suppressed count has two bounds and no number', async () => {
    expect(await difference(suppressed, { ...suppressed, value: '73' })).toEqual({
      more: [
        '[] hasUnit NUM',
        '[] lowerBound 0',
        '[] type QuantityValue',
        '[] type Result',
        '[] upperBound 9',
        'it hasResult []',
      ],
      less: ['it hasSimpleResult 73'],
    });
    const bounds = (await graphOf(suppressed)).filter(({ predicate }) => predicate.value.endsWith('Bound'));
    expect(bounds.map(({ object }) => object)).toMatchObject([
      { datatype: { value: `${NAMESPACES.xsd}decimal` } },
      { datatype: { value: `${NAMESPACES.xsd}decimal` } },
    ]);
  });
});

describe('the ISO 19156 overlay', () => {
  const OM = '<http://def.isotc211.org/iso19156/2011/Observation#OM_Observation.';
  const TM = '<http://def.isotc211.org/iso19108/2006/TemporalObjects#TM_';
  const UNITS = '<http://def.isotc211.org/iso19103/2005/UnitsOfMeasure#';
  const instant = (stamp: string) =>
    `[ a time:Instant , ${TM}Instant> ; time:inXSDDateTimeStamp "${stamp}"^^xsd:dateTimeStamp ]`;
  const interval = (from: string, to: string) =>
    `[ a time:ProperInterval , ${TM}Period> ; time:hasBeginning ${instant(from)} ; time:hasEnd ${instant(to)} ]`;
  const subject = ({ description, beginMs, revision }: ObservationMember) =>
    `<observatie/${description.datastream}/${new Date(beginMs).toISOString().replace('.000Z', 'Z')}#${revision}>`;

  /** Holds the overlaid member against the plain one with the statements of section "Optional ISO O&M overlay" added. */
  async function expectOverlay(overlaid: ObservationMember, turtle: string) {
    const plain = { ...overlaid, isoOverlay: false };
    const wanted = [...(await graphOf(plain)), ...expected(`${subject(plain)} ${turtle}`)];
    const graph = await graphOf(overlaid);
    expect(graph.length).toBe(wanted.length);
    expect(isomorphic(graph, wanted)).toBe(true);
  }

  it('of a mean is a measurement over a period', async () => {
    await expectOverlay(
      LATER_OBSERVATIONS.overlaidMeasurement,
      `a <http://def.isotc211.org/iso19156/2011/Measurement#OM_Measurement> ;
        ${OM}observedProperty> </id/concept/geobserveerd-kenmerk/luchttemperatuur> ;
        ${OM}featureOfInterest> <meetpunt/ws-012> ;
        ${OM}phenomenonTime> ${interval('2026-07-01T11:50:00Z', '2026-07-01T12:00:00Z')} ;
        ${OM}resultTime> ${instant('2026-07-01T12:00:05Z')} ;
        ${OM}procedure> <procedure/luchttemperatuur-2m-10min-gemiddelde> ;
        ${OM}result> [ a ${UNITS}Measure> ; ${UNITS}Measure.value> [ a schema:QuantitativeValue ;
          schema:value "-33.4"^^xsd:decimal ; schema:unitCode unit:DEG_C ] ] .`,
    );
  });

  it('of an instant is a measurement at an instant', async () => {
    await expectOverlay(
      LATER_OBSERVATIONS.overlaidLevel,
      `a <http://def.isotc211.org/iso19156/2011/Measurement#OM_Measurement> ;
        ${OM}observedProperty> </id/concept/geobserveerd-kenmerk/waterpeil-mtaw> ;
        ${OM}featureOfInterest> <meetpunt/l11-518> ;
        ${OM}phenomenonTime> ${instant('2026-07-01T12:00:00Z')} ;
        ${OM}resultTime> ${instant('2026-07-01T12:05:00.250Z')} ;
        ${OM}procedure> <procedure/waterpeil-15min-taw> ;
        ${OM}result> [ a ${UNITS}Measure> ; ${UNITS}Measure.value> [ a schema:QuantitativeValue ;
          schema:value "7.46"^^xsd:decimal ; schema:unitCode unit:M ] ] .`,
    );
  });

  it('of traffic is a count, with the phenomenon time under both spellings', async () => {
    const period = interval('2026-07-01T06:00:00Z', '2026-07-01T06:15:00Z');
    await expectOverlay(
      LATER_OBSERVATIONS.overlaidCount,
      `a <http://def.isotc211.org/iso19156/2011/CountObservation#OM_CountObservation> ;
        ${OM}observedProperty> </id/verkeerskenmerk/aantal/voetganger> ;
        ${OM}featureOfInterest> <verkeersmeetpunt/fmn-021/inDirection> ;
        ${OM}phenomenonTime> ${period} ;
        ${OM.replace('http:', 'https:')}phenomenonTime> ${period} ;
        ${OM}resultTime> ${instant('2026-07-01T06:15:00Z')} ;
        ${OM}procedure> <procedure/telling-15min> ;
        ${OM}result> 73 .`,
    );
  });

  it('has nothing to say of a suppressed count', async () => {
    const { isoOverlay: _, ...plain } = LATER_OBSERVATIONS.suppressedWithEverything;
    expect(await difference(LATER_OBSERVATIONS.suppressedWithEverything, plain)).toEqual({ more: [], less: [] });
  });
});
