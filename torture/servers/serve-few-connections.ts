/** Broken variant: a listener takes a thousand connections and no more, and those who came first keep theirs. */
import { Server } from 'node:net';
import { serveUnderTest } from '../../test/support/serve-under-test.js';

const MOST = 1000;
const listen = Reflect.get(Server.prototype, 'listen') as (this: Server, ...args: unknown[]) => Server;

Server.prototype.listen = function limited(this: Server, ...args: unknown[]): Server {
  this.maxConnections = MOST;
  return listen.apply(this, args);
} as typeof Server.prototype.listen;

await serveUnderTest();
