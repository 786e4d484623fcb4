/** How a command speaks with the server that runs on this machine: over the control endpoint, with the key from its data directory. */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { readServerInfo } from '../data-directory.ts';
import { readBody } from '../dynamodb/client.ts';

/** There is no server, or it would not do it; the message is for the person at the terminal. */
export class NotReached extends Error {
  override readonly name = 'NotReached';
}

/** Invokes a function of the running server by its name or label and gives what it answered. Throws a `NotReached`. */
export async function invokeFunction(name: string, payload: unknown, dataDirectory: string): Promise<unknown> {
  const info = readServerInfo(dataDirectory);
  if (!info?.endpoint) {
    throw new NotReached(
      `no server runs on ${resolve(dataDirectory)}: start it with npm start, or set DATA_DIR as it has it.`,
    );
  }
  const key = readFileSync(join(dataDirectory, 'control-key'), 'utf8');
  const url = new URL(`/_local/functions/${encodeURIComponent(name)}/invocations`, info.endpoint);
  const { status, body } = await post(url, key, JSON.stringify(payload)).catch((error: unknown) => {
    throw new NotReached(`the server of process ${info.pid} does not answer (${String(error)})`);
  });
  const answer = JSON.parse(body) as { message?: string; functionError?: { errorMessage: string }; payload?: unknown };
  if (status !== 200) throw new NotReached(answer.message ?? `status ${status}`);
  if (answer.functionError) throw new NotReached(`${name} failed: ${answer.functionError.errorMessage}`);
  return answer.payload;
}

// Not fetch: it gives up when no headers came for five minutes, and a function may take fifteen.
function post(url: URL, key: string, body: string): Promise<{ status: number; body: string }> {
  return new Promise((done, fail) => {
    const headers = { authorization: `Bearer ${key}`, 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method: 'POST', headers }, (response) => {
      readBody(response).then(
        (answer) => done({ status: response.statusCode ?? 0, body: answer.toString('utf8') }),
        fail,
      );
    });
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}
