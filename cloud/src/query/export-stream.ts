/** Bytes of one part of an export, and whether it was the last. */
export interface ExportPart {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isLast: boolean;
}

/** What an export is read from. */
export interface ExportSource {
  /** Asked again only when its last answer was taken; the signal says that nobody waits for it any more. */
  readPart(signal: AbortSignal): Promise<ExportPart>;
  /** Told once, when the export is over: sent, given up by its reader, or failed. */
  onEnd(): void;
}

/** Calls back once after so many milliseconds; returns how to take it back. */
export type StartTimer = (ms: number, run: () => void) => () => void;

/**
 * A body that is made as fast as its reader takes it: one part at a time is in memory, none is read ahead, and a reader
 * that goes away, or takes nothing for `stalledAfterMs`, ends the reading. A part that fails breaks the connection, so
 * that nobody takes half an answer for a whole one.
 */
export function exportStream(
  first: ExportPart,
  { readPart, onEnd }: ExportSource,
  { stalledAfterMs, startTimer }: { readonly stalledAfterMs: number; readonly startTimer: StartTimer },
): ReadableStream<Uint8Array> {
  const reading = new AbortController();
  let ready: ExportPart | undefined = first;
  let stopTimer: () => void = () => undefined;
  const end = () => {
    stopTimer();
    if (reading.signal.aborted) return;
    reading.abort();
    onEnd();
  };
  const waitForReader = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    stopTimer = startTimer(stalledAfterMs, () => {
      end();
      controller.error(new Error(`the reader took nothing for ${stalledAfterMs} ms`));
    });
  };
  const nextPart = async () => {
    for (;;) {
      const part = ready ?? (await readPart(reading.signal));
      ready = undefined;
      if (part.isLast || part.bytes.length > 0) return part;
    }
  };

  return new ReadableStream<Uint8Array>(
    {
      start: waitForReader,
      async pull(controller) {
        stopTimer();
        try {
          const { bytes, isLast } = await nextPart();
          if (reading.signal.aborted) return;
          if (bytes.length > 0) controller.enqueue(bytes);
          if (!isLast) return waitForReader(controller);
          controller.close();
          end();
        } catch (error) {
          if (reading.signal.aborted) return;
          end();
          controller.error(error);
        }
      },
      cancel: end,
    },
    // Nothing is made before somebody reads.
    { highWaterMark: 0 },
  );
}
