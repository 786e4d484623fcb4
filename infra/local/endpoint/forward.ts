/** Hands a DynamoDB call on to the engine as it is, under the engine's access key. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { type DynamoClient, endWith, readBody } from '../dynamodb/client.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}

const passedOn = [
  'content-type',
  'x-amz-target',
  'x-amz-date',
  'x-amz-content-sha256',
  'x-amz-security-token',
] as const;
const passedBack = ['content-type', 'x-amzn-requestid', 'x-amz-crc32'] as const;

export function forward(client: DynamoClient, incoming: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
  const headers: Record<string, string | number> = { 'content-length': body.length };
  for (const name of passedOn) {
    const value = incoming[name];
    if (typeof value === 'string') headers[name] = value;
  }
  headers.authorization = (incoming.authorization ?? '').replace(
    /Credential=[^/]*\//,
    `Credential=${client.accessKeyId}/`,
  );
  return new Promise((resolve, reject) => {
    const outgoing = request(client.url, { method: 'POST', agent: client.agent, headers }, (response) => {
      readBody(response).then((answer) => {
        const back: Record<string, string> = {};
        for (const name of passedBack) {
          const value = response.headers[name];
          if (typeof value === 'string') back[name] = value;
        }
        resolve({ status: response.statusCode ?? 500, headers: back, body: answer });
      }, reject);
    });
    outgoing.on('error', reject);
    endWith(outgoing, body);
  });
}
