import { Parser } from 'n3';
import type { Installation } from '../harness/installation.ts';
import { parseNQuadsPage } from '../walker/page-facts.ts';
import { walkPages } from '../walker/walk-pages.ts';

/** A published report of a loss. */
export interface ReportedGap {
  /** Key of the datastream; undefined: the report is about all that the gateway delivers. */
  readonly datastream: string | undefined;
  /** Last part of the IRI of the concept that says why. */
  readonly reason: string;
  readonly observations: number;
  /** First and last begin of the phenomenon times. */
  readonly firstMs: number;
  readonly lastMs: number;
}

const DQV = 'http://www.w3.org/ns/dqv#';
const DCAT = 'http://www.w3.org/ns/dcat#';
const REASON = 'http://purl.org/dc/terms/type';
const TEMPORAL = 'http://purl.org/dc/terms/temporal';
const DATASTREAM = /\/datastream\/([^/]+)$/;

/** Every gap record of the `sensors` stream. */
export async function readGaps(installation: Installation): Promise<ReportedGap[]> {
  const gaps: ReportedGap[] = [];
  await walkPages({
    rootUrl: installation.viewUrl('sensors'),
    parse: (body, pageUrl) => {
      gaps.push(...gapsOn(body));
      return parseNQuadsPage(body, pageUrl);
    },
  });
  return gaps;
}

function gapsOn(body: string): ReportedGap[] {
  const objects = new Map<string, string>();
  const subjects: string[] = [];
  for (const { subject, predicate, object } of new Parser({ format: 'application/n-quads' }).parse(body)) {
    objects.set(`${subject.value} ${predicate.value}`, object.value);
    if (predicate.value === `${DQV}computedOn`) subjects.push(subject.value);
  }
  const objectOf = (subject: string, predicate: string): string => {
    const object = objects.get(`${subject} ${predicate}`);
    if (object === undefined) throw new Error(`the gap ${subject} lacks ${predicate}`);
    return object;
  };
  return subjects.map((subject) => {
    const period = objectOf(subject, TEMPORAL);
    return {
      datastream: DATASTREAM.exec(objectOf(subject, `${DQV}computedOn`))?.[1],
      reason: objectOf(subject, REASON).split('/').at(-1) ?? '',
      observations: Number(objectOf(subject, `${DQV}value`)),
      firstMs: Date.parse(objectOf(period, `${DCAT}startDate`)),
      lastMs: Date.parse(objectOf(period, `${DCAT}endDate`)),
    };
  });
}
