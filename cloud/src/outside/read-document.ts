import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { type CheckShapes, createShapeCheck } from './check-shapes.ts';
import type { IntakeSettings, PostedDocument, ReadDocument } from './intake-messages.ts';
import { parseDocument } from './parse-document.ts';
import { type ReadMember, readMembers } from './read-members.ts';

export type ReadPosted = (document: PostedDocument) => Promise<ReadDocument>;

/** Prepares to read what is posted to the streams; the detail of a fault names the stream whose shapes are of no use. */
export async function createDocumentReader({
  publicBaseUrl,
  streams,
}: IntakeSettings): Promise<Result<ReadPosted, Fault<'shapes-unusable'>>> {
  const checks = new Map<string, CheckShapes>();
  for (const [name, { rules, shapes }] of streams) {
    if (shapes === undefined) continue;
    const check = await createShapeCheck(shapes, rules.versionOfPredicate);
    if (!check.ok) return fail('shapes-unusable', `outside: shapesFile of ${name}: ${check.fault.detail}`);
    checks.set(name, check.value);
  }

  return ok(async ({ stream, format, body }) => {
    const rules = streams.get(stream)?.rules;
    if (rules === undefined) throw new Error(`${stream} is no stream from outside`);
    const quads = await parseDocument(body, format, `${publicBaseUrl}/ldes/${stream}`);
    if (!quads.ok) return quads;
    const members = await readMembers(quads.value, rules, publicBaseUrl);
    const check = checks.get(stream);
    if (!members.ok || check === undefined) return members;
    const judged: ReadMember[] = [];
    for (const member of members.value) judged.push(await judge(member, check));
    return ok(judged);
  });
}

async function judge(read: ReadMember, check: CheckShapes): Promise<ReadMember> {
  const report = read.kind === 'accepted' ? await check(read.member.body) : undefined;
  if (read.kind === 'refused' || report === undefined) return read;
  const detail = `does not conform to the shapes of this stream: ${report.results.length} results`;
  return { kind: 'refused', iri: read.member.iri, code: 'shape', detail, report };
}
