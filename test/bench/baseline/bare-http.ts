/** The least an HTTP server does with the same bytes: node:http, one fixed answer, the same headers. */
import { createServer, type OutgoingHttpHeaders } from 'node:http';

process.once('message', ({ body, headers }: { body: string; headers: OutgoingHttpHeaders }) => {
  const bytes = Buffer.from(body, 'base64');
  const server = createServer((_request, response) => {
    response.writeHead(200, headers);
    response.end(bytes);
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
  });
});
process.once('disconnect', () => process.exit(0));
