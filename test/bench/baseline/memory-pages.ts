/**
 * The pages of a view from memory, on the port that its cloud had. Arguments: the URL of the view's root, then the
 * encodings to copy. Copies every page, sends `{ pages }`, waits for any message, listens, and sends `{ port }`.
 */
import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders } from 'node:http';
import { crawlFeed } from '../crawl-feed.ts';

const [rootUrl = '', ...encodings] = process.argv.slice(2) as [string, ...('gzip' | 'br')[]];
const pages = new Map<string, { readonly headers: OutgoingHttpHeaders; readonly body: Buffer }>();
for (const encoding of encodings) {
  await crawlFeed({
    rootUrl,
    encoding,
    connections: 4,
    onPage: ({ url, answer: { headers, body } }) => {
      const { date, connection, 'keep-alive': keepAlive, 'transfer-encoding': transfer, ...own } = headers;
      pages.set(`${encoding} ${new URL(url).pathname}`, { headers: { ...own, 'content-length': body.length }, body });
    },
  });
}
const asked = once(process, 'message');
process.send?.({ pages: pages.size });
await asked;

const server = createServer(({ url, headers }, response) => {
  const encoding = encodings.find((each) => headers['accept-encoding']?.includes(each));
  const page = pages.get(`${encoding} ${url}`);
  if (page === undefined) response.writeHead(404).end();
  else response.writeHead(200, page.headers).end(page.body);
}).listen(Number(new URL(rootUrl).port), '127.0.0.1', () => process.send?.({ port: new URL(rootUrl).port }));
process.once('disconnect', () => server.close());
