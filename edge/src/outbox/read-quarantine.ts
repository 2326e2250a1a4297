import { formatInstant } from '@meetbrug/protocols/observation';
import Database from 'better-sqlite3';

interface Row {
  readonly received_ms: number;
  readonly reason: string;
  readonly detail: string;
  readonly topic: string;
  readonly payload: Buffer;
}

/** The quarantine of an outbox file as JSON lines, oldest first; the edge may be running. Raw bytes are in base64. */
export function* quarantineLines(file: string): Generator<string> {
  const connection = new Database(file, { readonly: true });
  try {
    const rows = connection.prepare<[], Row>('SELECT * FROM quarantine ORDER BY id').iterate();
    for (const { received_ms, reason, detail, topic, payload } of rows) {
      const raw = payload.toString('base64');
      yield JSON.stringify({ time: formatInstant(received_ms), reason, detail, topic, raw });
    }
  } finally {
    connection.close();
  }
}
