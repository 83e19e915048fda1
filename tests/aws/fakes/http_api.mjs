// A FAKE of API Gateway's HTTP API for tests: an HTTP server that hands every request to a function as an event of payload
// format 2.0 and answers with what the function says. It has no authoriser, no stages, no throttling.
import { createServer } from 'node:http';
import { httpApiEvent } from './lambda.mjs';

export class FakeHttpApi {
  // `invoke` takes an event and gives {payload} or {error}.
  async start(invoke) {
    this.server = createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      const body = Buffer.concat(parts);
      const [path, query = ''] = request.url.split(/\?(.*)/s);
      const event = httpApiEvent(request.method, decodeURIComponent(path), {
        headers: request.headers, query, ...(body.length ? { body: body.toString('base64') } : {}) });
      event.isBase64Encoded = body.length > 0;
      const { payload, error } = await invoke(event);
      if (error) return response.writeHead(500).end(JSON.stringify({ message: 'Internal Server Error' }));
      const answer = JSON.parse(payload);
      response.writeHead(answer.statusCode, { ...answer.headers, ...(answer.cookies ? { 'set-cookie': answer.cookies } : {}) });
      response.end(Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8'));
    });
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  end() {
    this.server.closeAllConnections?.();
    this.server.close();
  }
}
