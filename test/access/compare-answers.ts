import { type Answer, ask } from '../http/http-cloud.ts';
import type { Headers } from './credentials.ts';
import type { Door } from './doors.ts';
import { CANARIES } from './private-cloud.ts';

const ASKED_AT_ONCE = 6;
/** About the connection, not about the answer. */
const OF_CONNECTION = ['date', 'connection', 'keep-alive', 'transfer-encoding'];

export interface Asked {
  readonly door: Door;
  readonly answer: Answer;
}

/** Asks at every door, a few at once. */
export async function askAt(port: number, doors: readonly Door[], headers: Headers = {}): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (let at = 0; at < doors.length; at += ASKED_AT_ONCE) {
    const some = doors.slice(at, at + ASKED_AT_ONCE);
    const answers = await Promise.all(
      some.map((door) => {
        const accept = door.accept === undefined ? {} : { Accept: door.accept };
        return ask(port, door.target, { ...accept, ...headers }, door.method);
      }),
    );
    some.forEach((door, index) => void asked.push({ door, answer: answers[index] as Answer }));
  }
  return asked;
}

/** What an answer says: its status, its headers and its bytes. */
export function saying({ answer }: Asked) {
  const headers = Object.entries(answer.headers).filter(([name]) => !OF_CONNECTION.includes(name));
  return { status: answer.status, headers: Object.fromEntries(headers), body: answer.body.toString('latin1') };
}

/** Names, values and times of the private stream in an answer, but for those that were asked with. */
export function leaksIn({ door, answer }: Asked): string[] {
  const text = `${answer.body.toString('utf8')} ${JSON.stringify(answer.headers)}`.toLowerCase();
  const asked = decodeURIComponent(door.target.replaceAll('%zz', '')).toLowerCase();
  return CANARIES.filter((canary) => text.includes(canary) && !asked.includes(canary));
}

/** How a door is called in the message of a test that fails. */
export function nameOf({ method = 'GET', target, accept }: Door): string {
  return [method, target, ...(accept === undefined ? [] : [accept])].join(' ');
}
