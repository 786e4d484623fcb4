/**
 * The one endpoint that all functions' SDK clients speak to. It knows the caller by its access key, checks every call against the
 * caller's policies, then serves it or hands it on to the engine.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DynamoClient, endWith, readBody } from '../dynamodb/client.ts';
import type { Log } from '../timers.ts';
import type { RestService } from '../wire/rest.ts';
import type { RequiredGrant, WireService } from '../wire/types.ts';
import type { Caller, Callers } from './callers.ts';
import { dynamoGrants, writtenTables } from './dynamodb-grants.ts';
import { type Answer, forward } from './forward.ts';

interface EndpointServices {
  account: string;
  region: string;
  callers: Callers;
  dynamo: DynamoClient;
  events: WireService;
  queues: WireService;
  secrets: WireService;
  streams: WireService;
  files: RestService;
  mail: RestService;
  schedules: RestService;
  /** Called after a successful write, with the table's name. */
  onWrite(tableName: string): void;
  /** Serves `/_local/…` for commands on this machine. */
  control(request: IncomingMessage, response: ServerResponse): Promise<void>;
  log: Log;
}

export interface Endpoint {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  port: number;
  /** Until then every call is answered with 503, which SDK clients retry. */
  serve(services: EndpointServices): void;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1, on any free port: its address goes into queue URLs, so it stands before the model is built. */
export async function listenEndpoint(): Promise<Endpoint> {
  let services: EndpointServices | undefined;
  // Idle connections stay open: a client that reuses one in the very moment it closes would get an error.
  const server: Server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    void respond(request, response, services);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    serve(given) {
      services = given;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(request: IncomingMessage, response: ServerResponse, services: EndpointServices | undefined) {
  try {
    if (!services) return send(response, fault(503, 'ServiceUnavailable', 'the local host is starting'));
    if (request.url?.startsWith('/_local/')) return await services.control(request, response);
    send(response, await answer(request, services));
  } catch (error) {
    services?.log('error', 'a call to the local endpoint failed', { error: String(error) });
    if (!response.headersSent) send(response, fault(500, 'InternalServerError', 'the local endpoint failed'));
  }
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  // The answer to a HEAD says the length of what it does not bring.
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  if (typeof body === 'string') response.end(body);
  else endWith(response, body);
}

/** `Credential=<key>/<date>/<region>/<service>/aws4_request` of a signed call. */
const credentialScope = /Credential=([^/]+)\/[^/]*\/([^/]*)\/([^/]*)\//;

async function answer(request: IncomingMessage, services: EndpointServices): Promise<Answer> {
  const body = await readBody(request);
  const [path = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const signed = request.headers.authorization ?? presigned(query);
  const [, accessKeyId = '', , service = ''] = credentialScope.exec(signed) ?? [];
  const caller = services.callers.byAccessKey(accessKeyId);
  const rest = restOf(services, service);
  if (rest) {
    if (!caller)
      return rest.fault(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
    if (isExpired(query, Date.now())) return rest.fault(403, 'AccessDenied', 'Request has expired');
    const { method = 'GET', headers } = request;
    return await rest.handle({ method, path, query, headers, body }, (grants) =>
      refusalOf(caller, grants, services.log),
    );
  }
  if (!caller) {
    return fault(400, 'UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const [target = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const input = parse(body);
  if (input === undefined) return fault(400, 'SerializationException', 'the body is not JSON');
  const refuse = (grants: RequiredGrant[]): Answer | undefined => {
    const refusal = refusalOf(caller, grants, services.log);
    return refusal === undefined ? undefined : fault(400, 'AccessDeniedException', refusal);
  };
  switch (target) {
    case 'DynamoDB_20120810': {
      if (/Statement|ExecuteTransaction/.test(operation)) return unsupported(`dynamodb:${operation}`);
      const tables = `arn:aws:dynamodb:${services.region}:${services.account}:table/`;
      const refusal = refuse(dynamoGrants(operation, input, tables));
      if (refusal) return refusal;
      const answered = await forward(services.dynamo, request.headers, body);
      if (answered.status === 200) for (const table of writtenTables(operation, input)) services.onWrite(table);
      return answered;
    }
    case 'AWSEvents':
      return (
        refuse(services.events.resources(operation, input)) ?? (await wire(services.events, operation, input, '1.1'))
      );
    case 'AmazonSQS':
      return (
        refuse(services.queues.resources(operation, input)) ?? (await wire(services.queues, operation, input, '1.0'))
      );
    case 'secretsmanager':
      return (
        refuse(services.secrets.resources(operation, input)) ?? (await wire(services.secrets, operation, input, '1.1'))
      );
    case 'DynamoDBStreams_20120810':
      return (
        refuse(services.streams.resources(operation, input)) ?? (await wire(services.streams, operation, input, '1.0'))
      );
    default:
      return unsupported(`${service || target || 'this service'}:${operation || `${request.method} ${request.url}`}`);
  }
}

/** By the name that its calls are signed for. */
function restOf(services: EndpointServices, service: string): RestService | undefined {
  switch (service) {
    case 's3':
      return services.files;
    case 'ses':
      return services.mail;
    case 'scheduler':
      return services.schedules;
    default:
      return undefined;
  }
}

/** A URL that was signed beforehand names its caller as an `Authorization` header does. */
function presigned(query: URLSearchParams): string {
  return `Credential=${query.get('X-Amz-Credential') ?? ''}/`;
}

function isExpired(query: URLSearchParams, now: number): boolean {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '') ?? [];
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map(Number);
  if (parts.length === 0) return false;
  return now > Date.UTC(year, month - 1, day, hour, minute, second) + Number(query.get('X-Amz-Expires')) * 1000;
}

function refusalOf(caller: Caller, grants: RequiredGrant[], log: Log): string | undefined {
  for (const grant of grants) {
    const refusal = caller.refusalOf(grant);
    if (refusal === undefined) continue;
    log('warn', refusal);
    return refusal;
  }
  return undefined;
}

async function wire(service: WireService, operation: string, input: unknown, version: string): Promise<Answer> {
  const { status, headers, body } = await service.handle(operation, input);
  return {
    status,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': randomUUID(), ...headers },
    body: JSON.stringify(body ?? {}),
  };
}

function parse(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** An error in the shape of AWS's JSON protocols. */
function fault(status: number, code: string, message: string): Answer {
  return {
    status,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-requestid': randomUUID(),
      'x-amzn-errortype': code,
    },
    body: JSON.stringify({ __type: `com.amazon.coral.service#${code}`, message }),
  };
}

function unsupported(what: string): Answer {
  return fault(
    501,
    'UnknownOperationException',
    `${what} is not served by the local host (infra/local/endpoint); it serves DynamoDB and its streams, EventBridge and its scheduler, SQS, S3, Secrets Manager and SES.`,
  );
}
