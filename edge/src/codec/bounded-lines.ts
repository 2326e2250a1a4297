const NEWLINE = 0x0a;

/** A line without its end, or that there was one longer than allowed. */
export type BoundedLine = { readonly text: string } | { readonly isTooLong: true };

/** Cuts a stream of bytes into lines; of a line that is too long nothing is kept. Hold one for each stream. */
export class BoundedLines {
  readonly #bytesMax: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The lines that end in this chunk. */
  *take(chunk: Buffer): Generator<BoundedLine> {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, at));
      yield this.#endLine();
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  /** The line that the stream ended in, if it did not end with the end of one. */
  *end(): Generator<BoundedLine> {
    if (this.#bytes > 0) yield this.#endLine();
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#bytesMax) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #endLine(): BoundedLine {
    const line: BoundedLine =
      this.#bytes > this.#bytesMax ? { isTooLong: true } : { text: Buffer.concat(this.#parts).toString('utf8') };
    this.#parts = [];
    this.#bytes = 0;
    return line;
  }
}
