/** Plain calls to a DynamoDB endpoint that checks no signatures: what the host itself needs, and the way of the functions' calls. */
import { Agent, type IncomingMessage, type OutgoingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export type DynamoService = 'DynamoDB_20120810' | 'DynamoDBStreams_20120810';

/** An error that the engine answered; `name` is the code without its namespace (`ResourceNotFoundException`). */
export class DynamoError extends Error {
  readonly status: number;
  constructor(name: string, message: string, status: number) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

export interface DynamoClient {
  /** Where calls go; the endpoint forwards to it. */
  readonly url: URL;
  readonly agent: Agent;
  /** DynamoDB Local keeps a file for each access key, so the key is also what keeps others out. */
  readonly accessKeyId: string;
  call<Output = Record<string, unknown>>(operation: string, input: object, service?: DynamoService): Promise<Output>;
  close(): void;
}

/** The engine closes idle connections after 30 s; ours are gone before, so that no call meets a closing one. */
const idleMillis = 15_000;

export function dynamoClient(url: URL, accessKeyId: string, region: string): DynamoClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: idleMillis });
  const scope = `20200101/${region}/dynamodb/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=host, Signature=0`;
  return {
    url,
    agent,
    accessKeyId,
    async call<Output>(operation: string, input: object, service: DynamoService = 'DynamoDB_20120810') {
      const { status, body } = await post(url, agent, JSON.stringify(input), {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `${service}.${operation}`,
        'x-amz-date': '20200101T000000Z',
        authorization,
      });
      const answer = (body.length === 0 ? {} : JSON.parse(body.toString('utf8'))) as {
        __type?: string;
        message?: string;
      };
      if (status !== 200) {
        const name = answer.__type?.split('#').at(-1) ?? 'InternalServerError';
        throw new DynamoError(name, answer.message ?? (answer as { Message?: string }).Message ?? name, status);
      }
      return answer as Output;
    },
    close: () => agent.destroy(),
  };
}

function post(
  url: URL,
  agent: Agent,
  body: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (response) =>
        readBody(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject),
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The whole body of a message. By its events: an iterator over it takes a fifth of what handing a call on takes. */
export function readBody(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
      .on('error', reject)
      .on('close', () => reject(new Error('the message ended before its end')));
  });
}

/**
 * Ends a message with its body. As text of one byte a character it goes out together with the headers, where a buffer would be a write
 * of its own, and a call that is handed on is written twice.
 */
export const endWith = (message: OutgoingMessage, body: Buffer): void => {
  message.end(body.toString('latin1'), 'latin1');
};

/** Whether a DynamoDB answers there within the time; gives up early when `alive` says that nothing will. */
export async function answers(client: DynamoClient, milliseconds: number, alive: () => boolean): Promise<boolean> {
  const end = Date.now() + milliseconds;
  while (alive() && Date.now() < end) {
    try {
      await client.call('ListTables', {});
      return true;
    } catch (error) {
      if (error instanceof DynamoError) return false;
      await sleep(40);
    }
  }
  return false;
}
