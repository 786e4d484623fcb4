import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

/** What a partner system tells: an event in the plain form. */
export interface Message {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the sender of a message is answered: on its way, or set aside for somebody to look at. */
export interface Receipt {
  readonly eventId: string;
  readonly status: 'accepted' | 'quarantined';
}

/** How often a message is sent again that was not taken, and how long after: a real system goes on for days. */
const RETRY_AFTER_MS = [100, 400, 1_600];

/**
 * Signs a message and sends it, again where it was not taken and later may be better (429 and 5xx), each time under the same id, so that
 * it counts once however often it arrives.
 * @throws with the answer's status where it is refused for good
 */
export async function send(
  to: { readonly url: string; readonly secret: string },
  id: string,
  message: Message,
): Promise<Receipt> {
  const body = JSON.stringify(message);
  for (let attempt = 0; ; attempt++) {
    const time = new Date();
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
      'webhook-signature': new Webhook(to.secret).sign(id, time, body),
    };
    const answer = await fetch(to.url, { method: 'POST', headers, body }).catch((error: Error) => error);
    if (!(answer instanceof Error) && answer.ok) return (await answer.json()) as Receipt;
    const isForGood = !(answer instanceof Error) && answer.status < 500 && answer.status !== 429;
    const wait = RETRY_AFTER_MS[attempt];
    if (isForGood || wait === undefined)
      throw answer instanceof Error ? answer : new Error(`${answer.status} ${await answer.text()}`);
    await sleep(wait);
  }
}

/** A message that we were sent and that is authentic. */
export interface Received {
  readonly id: string;
  readonly payload: unknown;
}

export interface Receiver {
  /** Where it listens, for the subscription. */
  readonly url: string;
  /** What came, each once. */
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** More than any outcome has, in bytes. */
const BODY_AT_MOST = 256 * 1024;

/**
 * Listens for outcomes. A message is verified over its very bytes before anything of it is read, and known by its id: a repeat is
 * answered like the first and changes nothing. What is not authentic is refused; its sender learns nothing of why.
 */
export async function listen(secret: string, port = 0): Promise<Receiver> {
  const received = new Map<string, Received>();
  const server = createServer(async (request, response) => {
    const answer = (status: number) => void response.writeHead(status).end();
    const body = request.method === 'POST' ? await bodyOf(request) : undefined;
    if (body === undefined) return answer(400);
    const id = String(request.headers['webhook-id']);
    try {
      const payload = new Webhook(secret).verify(body, request.headers as Record<string, string>);
      if (!received.has(id)) received.set(id, { id, payload });
    } catch {
      return answer(401);
    }
    answer(204);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/outcomes`,
    get received() {
      return [...received.values()];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The bytes as they came; undefined where they are too many, or the sender went away. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request) {
      size += (part as Buffer).length;
      if (size > BODY_AT_MOST) return undefined;
      parts.push(part as Buffer);
    }
    return Buffer.concat(parts);
  } catch {
    return undefined;
  }
}
