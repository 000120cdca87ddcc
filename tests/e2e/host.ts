// A host of the page that can be taken off the network, and can change files: workers and service workers notice it as pages do.

import { createServer, request as ask, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export class Host {
  /** Files by their names, which are sent in place of the ones that the page's real host has. */
  readonly replaced = new Map<string, { type: string; body: string }>();
  /** The names of the files that were asked for. */
  readonly asked: string[] = [];
  private readonly sockets = new Set<Socket>();
  private server?: Server;
  private port = 0;

  /** For the page at this address. */
  constructor(private readonly behind: string) {}

  get url(): string {
    return `http://localhost:${this.port}${new URL(this.behind).pathname}`;
  }

  /** Answers, on the same port each time. */
  async start() {
    const { hostname, port, pathname: prefix } = new URL(this.behind);
    this.server = createServer((request, response) => {
      const path = (request.url ?? '/').split('?')[0];
      const name = path.startsWith(prefix) ? path.slice(prefix.length) || 'index.html' : path;
      this.asked.push(name);
      const instead = this.replaced.get(name);
      if (instead) {
        response.writeHead(200, { 'Content-Type': instead.type, 'Cache-Control': 'no-cache' }).end(instead.body);
        return;
      }
      const { method, url: path_, headers } = request;
      const forwarded = ask({ hostname, port, method, path: path_, headers: { ...headers, host: `${hostname}:${port}` } }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      forwarded.on('error', () => response.destroy());
      forwarded.end();
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((done) => this.server?.listen(this.port, 'localhost', done));
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Is gone, as without a network. */
  async stop() {
    const closed = new Promise((done) => this.server?.close(done));
    this.sockets.forEach((socket) => socket.destroy());
    await closed;
  }
}
