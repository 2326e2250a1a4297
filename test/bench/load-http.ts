/**
 * A load client on raw sockets in a process of its own: asks for one path over and over on keep-alive connections and counts
 * the complete answers. Arguments: port, path, connections, seconds. Sends `{ requestsPerSecond }`.
 */
import { connect } from 'node:net';

const [port, path, connections, seconds] = process.argv.slice(2);
const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: application/n-quads\r\nAccept-Encoding: gzip\r\n\r\n`;
const WARM_UP_MS = 500;

let answered = 0;

/** Every answer is the same, so its length is learned from the first and only bytes are counted from then on. */
function ask(): void {
  const socket = connect(Number(port), '127.0.0.1');
  socket.setNoDelay(true);
  let answerLength = 0;
  let received = 0;
  let head = Buffer.alloc(0);
  socket.on('connect', () => socket.write(request));
  socket.on('data', (chunk) => {
    received += chunk.length;
    if (answerLength === 0) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const text = head.toString('latin1', 0, end);
      const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
      if (!text.startsWith('HTTP/1.1 200') || length === undefined) throw new Error(`unexpected answer: ${text}`);
      answerLength = end + 4 + Number(length);
    }
    if (received === answerLength) {
      received = 0;
      answered += 1;
      socket.write(request);
    } else if (received > answerLength) throw new Error('the answers differ in length');
  });
}

for (let index = 0; index < Number(connections); index += 1) ask();
setTimeout(() => {
  const before = answered;
  const startedMs = performance.now();
  setTimeout(() => {
    const requestsPerSecond = (answered - before) / ((performance.now() - startedMs) / 1000);
    process.send?.({ requestsPerSecond }, () => process.exit(0));
  }, Number(seconds) * 1000);
}, WARM_UP_MS);
