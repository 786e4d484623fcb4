/**
 * The one endpoint that all functions' SDK clients speak to. It knows the caller by its access key, checks every call against the
 * caller's policies, then serves it or hands it on to the engine.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DynamoClient, readBody } from '../dynamodb/client.ts';
import type { Log } from '../timers.ts';
import type { RequiredGrant, WireService } from '../wire/types.ts';
import type { Callers } from './callers.ts';
import { dynamoGrants, writtenTables } from './dynamodb-grants.ts';
import { type Answer, forward } from './forward.ts';

interface EndpointServices {
  account: string;
  region: string;
  callers: Callers;
  dynamo: DynamoClient;
  events: WireService;
  queues: WireService;
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
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** `Credential=<key>/<date>/<region>/<service>/aws4_request` of a signed call. */
const credentialScope = /Credential=([^/]+)\/[^/]*\/([^/]*)\/([^/]*)\//;

async function answer(request: IncomingMessage, services: EndpointServices): Promise<Answer> {
  const body = await readBody(request);
  const [, accessKeyId = '', , service = ''] = credentialScope.exec(request.headers.authorization ?? '') ?? [];
  const caller = services.callers.byAccessKey(accessKeyId);
  if (!caller) {
    return fault(400, 'UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const [target = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const input = parse(body);
  if (input === undefined) return fault(400, 'SerializationException', 'the body is not JSON');
  const refuse = (grants: RequiredGrant[]): Answer | undefined => {
    for (const grant of grants) {
      const refusal = caller.refusalOf(grant);
      if (refusal === undefined) continue;
      services.log('warn', refusal);
      return fault(400, 'AccessDeniedException', refusal);
    }
    return undefined;
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
    default:
      return unsupported(`${service || target || 'this service'}:${operation || `${request.method} ${request.url}`}`);
  }
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
    `${what} is not served by the local host (infra/local/endpoint); it serves DynamoDB, EventBridge and SQS.`,
  );
}
