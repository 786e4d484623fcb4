/** The HTTP API on one port: routes, authorizer, integrations, throttling and limits from the template. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { StartFailure } from '../failure.ts';
import { FunctionError, type FunctionHost, PayloadTooLargeError, ThrottledError } from '../lambda/host.ts';
import type { MailPages } from '../mail/pages.ts';
import type { HttpApi, Route } from '../template/model.ts';
import type { Log } from '../timers.ts';
import type { Authorizer } from './authorizer.ts';
import { preflight, withCors } from './cors.ts';
import { proxyEvent } from './event.ts';
import type { Issuer } from './issuer.ts';
import { answerOf, gatewayAnswer, type HttpAnswer, internalServerError } from './response.ts';
import { type Router, routerOf } from './routes.ts';
import { throttle } from './throttle.ts';

export interface GatewayOptions {
  api: HttpApi;
  account: string;
  authorize: Authorizer;
  issuer?: Issuer;
  /** Pages of the mail that was sent. */
  mail?: MailPages;
  functionHost(name: string): FunctionHost | undefined;
  log: Log;
}

export interface Gateway {
  /** Requests that are being answered. */
  readonly inFlight: number;
  /** Listens on 127.0.0.1; 0 is any free port. Gives the port. Throws a `StartFailure` where the port is taken. */
  listen(port: number): Promise<number>;
  /** Takes no new connections, lets requests under way finish within the time, then closes. */
  close(graceMillis: number): Promise<void>;
}

/** API Gateway's limit of a request body. */
const bodyLimitBytes = 10 * 1024 * 1024;
/** API Gateway's limit of request line and headers together. */
const headerLimitBytes = 10_240;

export function openGateway(options: GatewayOptions): Gateway {
  const gateway = new RequestHandler(options);
  const server = createServer(
    { maxHeaderSize: headerLimitBytes, keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 60_000 },
    (request, response) => void gateway.handle(request, response),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuseRaw(error, socket));
  return {
    get inFlight() {
      return gateway.inFlight;
    },
    listen: (port) => bind(server, port),
    close: (graceMillis) =>
      new Promise((resolve) => {
        gateway.draining = true;
        const force = setTimeout(() => server.closeAllConnections(), graceMillis);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** Tells at the beginning of a start what would fail at its end. */
export async function refuseTakenPort(port: number): Promise<void> {
  const probe = createServer();
  await bind(probe, port);
  await new Promise((resolve) => probe.close(resolve));
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new StartFailure(`port ${port} is in use: set PORT to another one, or to 0 for any that is free.`)
          : error,
      );
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

class RequestHandler {
  draining = false;
  inFlight = 0;
  readonly #options: GatewayOptions;
  readonly #router: Router;
  readonly #buckets = new Map<string, () => boolean>();
  readonly #passes: () => boolean;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#router = routerOf(options.api.routes);
    this.#passes = options.api.throttling ? throttle(options.api.throttling) : () => true;
    for (const route of options.api.routes)
      if (route.throttling) this.#buckets.set(route.routeKey, throttle(route.throttling));
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.inFlight += 1;
    const requestId = `${randomBytes(11).toString('base64url')}=`;
    try {
      const { cors } = this.#options.api;
      const preflighted = cors && preflight(cors, request);
      const answer = preflighted ?? (await this.#answer(request, requestId));
      this.#send(request, response, cors && !preflighted ? withCors(cors, request, answer) : answer, requestId);
    } catch (error) {
      if (request.destroyed && !request.complete) return;
      this.#options.log('error', 'a request could not be answered', { error: String(error) });
      if (!response.headersSent) this.#send(request, response, internalServerError(), requestId);
      else response.destroy();
    } finally {
      this.inFlight -= 1;
    }
  }

  async #answer(request: IncomingMessage, requestId: string): Promise<HttpAnswer> {
    const { api, issuer } = this.#options;
    const [rawPath = '/', rawQueryString = ''] = (request.url ?? '/').split(/\?(.*)/s);
    const early = issuer && (await this.#issuerAnswer(issuer, request, rawPath));
    if (early) return early;
    const mail = request.method === 'GET' && (await this.#options.mail?.(rawPath));
    if (mail) return mail;
    const path = decodePath(rawPath);
    if (path === undefined) return gatewayAnswer(400, 'Bad Request');
    const match = this.#router.match(request.method ?? 'GET', path);
    if (!match) return gatewayAnswer(404, 'Not Found');
    const { route } = match;
    const passes = this.#buckets.get(route.routeKey) ?? this.#passes;
    if (!passes()) return gatewayAnswer(429, 'Too Many Requests');
    const verdict =
      route.authorizer && (await this.#options.authorize(request.headers.authorization, route.authorizer));
    if (verdict && !verdict.allowed) return verdict.answer;
    const body = await readLimited(request);
    if (!body) return gatewayAnswer(413, 'Request Entity Too Large');
    const event = proxyEvent(request, body, {
      accountId: this.#options.account,
      apiId: api.id,
      requestId,
      now: Date.now(),
      routeKey: route.routeKey,
      path,
      rawQueryString,
      pathParameters: match.pathParameters,
      ...(verdict ? { jwt: verdict.jwt } : {}),
    });
    return await this.#integrate(route, JSON.stringify(event));
  }

  async #integrate(route: Route, event: string): Promise<HttpAnswer> {
    const host = this.#options.functionHost(route.functionName);
    if (!host) return internalServerError();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), route.timeoutMillis);
    });
    const invocation = host.invoke(event);
    invocation.catch(() => {});
    try {
      const payload = await Promise.race([invocation, timeout]);
      return payload === undefined ? gatewayAnswer(503, 'Service Unavailable') : answerOf(payload);
    } catch (error) {
      if (error instanceof PayloadTooLargeError) return gatewayAnswer(413, 'Request Entity Too Large');
      if (error instanceof ThrottledError) return gatewayAnswer(503, 'Service Unavailable');
      const fault = error instanceof FunctionError ? error.fault : { error: String(error) };
      this.#options.log('error', `${route.routeKey} failed`, { function: host.model.label, ...fault });
      return internalServerError();
    } finally {
      clearTimeout(timer);
    }
  }

  async #issuerAnswer(issuer: Issuer, request: IncomingMessage, path: string): Promise<HttpAnswer | undefined> {
    if (path === '/oauth2/token' && request.method === 'POST') {
      const body = await readLimited(request);
      if (!body) return gatewayAnswer(413, 'Request Entity Too Large');
      return await issuer.tokenEndpoint(request.headers['content-type'], body, request.headers.authorization);
    }
    const { host, 'accept-language': acceptLanguage } = request.headers;
    if (path === '/oauth2/authorize' && request.method === 'POST') {
      const body = await readLimited(request);
      if (!body) return gatewayAnswer(413, 'Request Entity Too Large');
      return issuer.flow.signIn({ parameters: new URLSearchParams(body.toString('utf8')), host, acceptLanguage });
    }
    if (request.method !== 'GET') return undefined;
    const parameters = new URLSearchParams((request.url ?? '').split(/\?(.*)/s)[1]);
    if (path === '/oauth2/authorize') return issuer.flow.ask({ parameters, host, acceptLanguage });
    if (path === '/logout') return issuer.flow.logout({ parameters, host, acceptLanguage });
    if (path === '/.well-known/jwks.json') return issuer.keySet();
    if (path === '/.well-known/openid-configuration') return issuer.configuration(`http://${request.headers.host}`);
    return undefined;
  }

  #send(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer, requestId: string): void {
    const { status, body } = answer;
    const bodiless = status === 204 || status === 304;
    const headers: string[] = answer.headers.flat();
    headers.push('apigw-requestid', requestId);
    if (!bodiless) headers.push('content-length', String(body.length));
    // What was not read of the request would stand in the way of the next one.
    if (this.draining || !request.complete) headers.push('connection', 'close');
    response.writeHead(status, headers);
    response.end(request.method === 'HEAD' || bodiless ? undefined : body);
  }
}

/**
 * Undefined where the body is larger than API Gateway takes. The rest is read and dropped, so that the client gets to read the answer,
 * unless there is no end to it.
 */
function readLimited(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyLimitBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (size > 4 * bodyLimitBytes) {
        request.pause();
        resolve(undefined);
      }
    });
    request.on('end', () => resolve(size > bodyLimitBytes ? undefined : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

function decodePath(rawPath: string): string | undefined {
  if (!rawPath.startsWith('/')) return undefined;
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return undefined;
  }
}

/** For what Node's parser refuses before there is a request. */
function refuseRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const [status, text] =
    error.code === 'HPE_HEADER_OVERFLOW' ? [431, 'Request Header Fields Too Large'] : [400, 'Bad Request'];
  const body = JSON.stringify({ message: text });
  socket.end(
    `HTTP/1.1 ${status} ${text}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
}
