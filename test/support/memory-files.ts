import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

export interface FileCall {
  readonly name: 'get' | 'put';
  readonly key: string;
}

/** What S3 may do to a call: it breaks before or after the call took effect, or says that another put of the key is under way. */
export type FileFault = 'lost-before' | 'lost-after' | 'contested';

export interface MemoryFiles {
  readonly client: S3Client;
  readonly calls: FileCall[];
  /** Every file by its key, as text that tells files apart. */
  hashes(): Record<string, string>;
  bytes(key: string): Uint8Array | undefined;
}

const failure = (name: string, httpStatusCode: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

/** A bucket in memory behind the real client: puts with `If-None-Match: *`, gets, and nothing else. */
export function memoryFiles(fault: (call: FileCall) => FileFault | undefined = () => undefined): MemoryFiles {
  const kept = new Map<string, Uint8Array>();
  const calls: FileCall[] = [];

  async function send(command: unknown): Promise<unknown> {
    if (!(command instanceof PutObjectCommand || command instanceof GetObjectCommand)) throw new Error('Unknown call.');
    const key = command.input.Key as string;
    const call: FileCall = { name: command instanceof PutObjectCommand ? 'put' : 'get', key };
    calls.push(call);
    await new Promise((resolve) => setImmediate(resolve));
    const injected = fault(call);
    if (injected === 'lost-before') throw failure('TimeoutError', 0);
    if (injected === 'contested') throw failure('ConditionalRequestConflict', 409);
    const answer = command instanceof PutObjectCommand ? put(command) : get(key);
    if (injected === 'lost-after') throw failure('TimeoutError', 0);
    return answer;
  }

  function put({ input: { Key = '', Body, IfNoneMatch } }: PutObjectCommand) {
    if (IfNoneMatch !== '*') throw new Error('A report is put where nothing is, and nowhere else.');
    if (kept.has(Key)) throw failure('PreconditionFailed', 412);
    kept.set(Key, Uint8Array.from(Body as Uint8Array));
    return {};
  }

  function get(key: string) {
    const bytes = kept.get(key);
    if (!bytes) throw failure('NoSuchKey', 404);
    return { Body: { transformToByteArray: async () => Uint8Array.from(bytes) } };
  }

  const client = new S3Client({ region: 'eu-west-2' });
  client.send = send as typeof client.send;
  return {
    client,
    calls,
    hashes: () =>
      Object.fromEntries([...kept].map(([key, bytes]) => [key, createHash('sha256').update(bytes).digest('hex')])),
    bytes: (key) => kept.get(key),
  };
}
