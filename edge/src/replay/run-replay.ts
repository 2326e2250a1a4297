import type { NewUplink, ReplayWriter } from '../outbox/outbox.ts';
import { type PlannedReplay, planReplay, type ReplayRules, readRawForm } from './plan-replay.ts';
import type { RawForm } from './raw-form.ts';
import { countOutcome, type ReplayProgress } from './replay-progress.ts';
import type { OpenReplay, RawForms } from './replay-queue.ts';

/** What running raw forms again came to. */
export interface ReplayedForms {
  readonly progress: ReplayProgress;
  readonly isWritten: boolean;
}

export interface ReplayRun {
  readonly rules: ReplayRules;
  /** Undefined where nothing is written: somebody asks what would happen. */
  readonly writer?: ReplayWriter;
  readonly added: (uplink: NewUplink) => void;
  /** Whether the time of this turn is over. */
  readonly isLate: () => boolean;
}

/** Runs raw forms again, one by one, until all are done or the time is over. Part of the caller's transaction. */
export function runReplay(replay: OpenReplay, { forms, progress }: RawForms, run: ReplayRun): ReplayedForms {
  let counted = replay.progress;
  let isWritten = false;
  for (const { form, progress: place } of forms) {
    const planned = planSelected(replay, form, run.rules);
    if (planned !== undefined) {
      counted = countPlanned(counted, planned, form);
      if (run.writer !== undefined) writePlanned(planned, form, run.writer);
      if (planned.counter !== undefined) run.rules.intake.sessions?.note(planned.counter);
      if (planned.kind === 'uplink') run.added(planned.uplink);
      else run.rules.intake.derivation.rollBack();
      isWritten ||= planned.kind === 'uplink';
    }
    counted = { ...counted, quarantine: place.quarantine, kept: place.kept };
    if (run.isLate()) return { progress: counted, isWritten };
  }
  return { progress: { ...counted, quarantine: progress.quarantine, kept: progress.kept }, isWritten };
}

/** Undefined for a raw form of another device than the one that is asked for. */
function planSelected({ selection }: OpenReplay, form: RawForm, rules: ReplayRules): PlannedReplay | undefined {
  const recognised = readRawForm(form, rules.intake);
  if (selection.device !== undefined) {
    const event = recognised?.event;
    if (event === undefined || !event.ok || event.value.kind === 'other') return undefined;
    if (event.value.device !== selection.device) return undefined;
  }
  return planReplay(form, recognised, rules);
}

function countPlanned(progress: ReplayProgress, planned: PlannedReplay, { records }: RawForm): ReplayProgress {
  switch (planned.kind) {
    case 'uplink':
      return countRefused(countOutcome(progress, planned.outcome), planned.quarantine);
    case 'unchanged':
      if (records.length === 0 || planned.quarantine.length === 0) return countOutcome(progress, 'unchanged');
      return countRefused(progress, planned.quarantine);
    case 'solved':
      return countOutcome(progress, planned.outcome);
    case 'still-failing':
      return countOutcome(progress, 'still-failing', planned.reason);
    case 'not-kept':
      return countOutcome(progress, 'not-kept');
  }
}

function countRefused(progress: ReplayProgress, quarantine: readonly { readonly reason: string }[]): ReplayProgress {
  return quarantine.reduce((counted, { reason }) => countOutcome(counted, 'still-failing', reason), progress);
}

function writePlanned(planned: PlannedReplay, { records, uplink: taken }: RawForm, writer: ReplayWriter): void {
  if (planned.counter !== undefined) writer.setFrameCounter(planned.counter);
  switch (planned.kind) {
    case 'uplink':
      writer.addUplink(planned.uplink);
      for (const record of planned.quarantine) writer.addQuarantine(record);
      for (const { id } of records) writer.resolveQuarantine(id);
      if (taken?.row !== undefined && planned.uplink.payload.byteLength > 0) writer.dropRawForm(taken.id);
      return;
    case 'unchanged':
      records.forEach(({ id }, index) => {
        const refused = planned.quarantine[index];
        if (refused === undefined) writer.resolveQuarantine(id);
        else writer.restateQuarantine(id, refused.reason, refused.detail);
      });
      return;
    case 'solved':
      for (const { id } of records) writer.resolveQuarantine(id);
      return;
    case 'still-failing':
      for (const { id } of records) writer.restateQuarantine(id, planned.reason, planned.detail);
      return;
    case 'not-kept':
  }
}
