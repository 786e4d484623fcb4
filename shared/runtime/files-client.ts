import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { HttpRequest, type HttpResponse } from '@smithy/core/protocols';
import { isServerError, isThrottlingError, isTransientError, StandardRetryStrategy } from '@smithy/core/retry';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';

/*
 * Stands in for `@aws-sdk/client-s3` when functions are bundled (`infra/bundle.ts`): the two calls that the product makes, by the SDK's own
 * signing, connections and rules of trying again, without its table of every call that S3 knows (docs/adr/0013). What it has is named and
 * used as there; sources and their tests are written against the SDK's client, and a test holds the two equal against the same answers.
 */

interface PutObjectInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: Uint8Array;
  readonly ContentType?: string;
  /** `*`: only where there is nothing of that key. */
  readonly IfNoneMatch?: string;
}

interface GetObjectInput {
  readonly Bucket: string;
  readonly Key: string;
}

export class PutObjectCommand {
  readonly input: PutObjectInput;
  constructor(input: PutObjectInput) {
    this.input = input;
  }
}

export class GetObjectCommand {
  readonly input: GetObjectInput;
  constructor(input: GetObjectInput) {
    this.input = input;
  }
}

interface FilesConfig {
  readonly maxAttempts: number;
  /** The bucket is a part of the path and not of the host. */
  readonly forcePathStyle: boolean;
}

/** What S3 answered, as the SDK's errors have it. */
interface Failed extends Error {
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId?: string | undefined };
}

interface Answer {
  readonly response: HttpResponse;
  readonly bytes: Uint8Array;
}

/** An attempt that takes longer is given up and counts as one that broke, in milliseconds. */
const TIMEOUTS = {
  connectionTimeout: 2_000,
  requestTimeout: 10_000,
  socketTimeout: 10_000,
  throwOnRequestTimeout: true,
};
const CHECKSUM = 'x-amz-checksum-crc32';

/** As the SDK's signer takes its hashes: keyed for the signature, plain for the body. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
  }
  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

const checksumOf = (bytes: Uint8Array): string => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString('base64');
};

export class S3Client {
  readonly #pathStyle: boolean;
  readonly #retries: StandardRetryStrategy;
  readonly #connections = new NodeHttpHandler(TIMEOUTS);
  readonly #signer = new SignatureV4({
    service: 's3',
    region: async () => regionOf(),
    // Read anew for each call: Lambda may change them while a function lives.
    credentials: fromEnv(),
    sha256: Sha256,
    uriEscapePath: false,
  });

  constructor({ maxAttempts, forcePathStyle }: FilesConfig) {
    this.#pathStyle = forcePathStyle;
    this.#retries = new StandardRetryStrategy(maxAttempts);
  }

  /**
   * @throws an error named by S3's code (`PreconditionFailed`, `NoSuchKey`, …), with the status under `$metadata`, or the error of the
   * connection, once no attempt is left or another one would end the same
   */
  async send(command: PutObjectCommand | GetObjectCommand): Promise<object> {
    if (command instanceof PutObjectCommand) {
      const { Body, ContentType, IfNoneMatch } = command.input;
      const { response } = await this.#try(command.input, 'PUT', Body, {
        'content-type': ContentType ?? 'application/octet-stream',
        'content-length': String(Body.byteLength),
        [CHECKSUM]: checksumOf(Body),
        ...(IfNoneMatch ? { 'if-none-match': IfNoneMatch } : {}),
      });
      return { ETag: response.headers['etag'] };
    }
    const { response, bytes } = await this.#try(command.input, 'GET', undefined, { 'x-amz-checksum-mode': 'ENABLED' });
    return {
      Body: { transformToByteArray: async () => bytes },
      ContentType: response.headers['content-type'],
      ETag: response.headers['etag'],
    };
  }

  async #try(of: GetObjectInput, method: string, body: Uint8Array | undefined, headers: Record<string, string>) {
    let turn = await this.#retries.acquireInitialRetryToken('');
    for (;;) {
      try {
        const answer = await this.#call(of, method, body, headers);
        this.#retries.recordSuccess(turn);
        return answer;
      } catch (error) {
        // It waits for as long as it should be before the next attempt, and throws where there is none.
        const next = await this.#retries
          .refreshRetryTokenForRetry(turn, { errorType: kindOf(error as Judged) })
          .catch(() => undefined);
        if (!next) throw error;
        turn = next;
      }
    }
  }

  async #call(
    { Bucket, Key }: GetObjectInput,
    method: string,
    body: Uint8Array | undefined,
    given: Record<string, string>,
  ): Promise<Answer> {
    const { protocol, hostname, port, path } = this.#addressOf(Bucket, Key);
    const headers = { ...given, host: port ? `${hostname}:${port}` : hostname };
    const request = new HttpRequest({ protocol, hostname, ...(port ? { port } : {}), path, method, headers, body });
    const { response } = await this.#connections.handle((await this.#signer.sign(request)) as HttpRequest);
    const bytes = await buffer(response.body as Readable);
    if (response.statusCode >= 300) throw failed(response, bytes.toString());
    const checksum = response.headers[CHECKSUM];
    if (method === 'GET' && checksum !== undefined && checksum !== checksumOf(bytes))
      throw Object.assign(new Error('The file came in other bytes than S3 has of it.'), { name: 'TimeoutError' });
    return { response, bytes };
  }

  #addressOf(bucket: string, key: string) {
    const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env;
    const endpoint = new URL(AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL ?? `https://s3.${regionOf()}.amazonaws.com`);
    const path = `/${key.split('/').map(encoded).join('/')}`;
    const { protocol, port } = endpoint;
    return this.#pathStyle
      ? { protocol, port: Number(port), hostname: endpoint.hostname, path: `/${bucket}${path}` }
      : { protocol, port: Number(port), hostname: `${bucket}.${endpoint.hostname}`, path };
  }
}

/** As Signature Version 4 has it: everything but letters, digits and `-._~`. */
const encoded = (part: string): string =>
  encodeURIComponent(part).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** Lambda says it. */
function regionOf(): string {
  const region = process.env['AWS_REGION'];
  if (!region) throw new Error('AWS_REGION is not set.');
  return region;
}

function failed({ statusCode, headers }: HttpResponse, text: string): Failed {
  const tag = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  return Object.assign(new Error(tag('Message') ?? `S3 answered ${statusCode}.`), {
    name: tag('Code') ?? (statusCode === 404 ? 'NotFound' : 'S3ServiceException'),
    $metadata: { httpStatusCode: statusCode, requestId: headers['x-amz-request-id'] },
  });
}

function kindOf(error: Judged) {
  if (isThrottlingError(error)) return 'THROTTLING';
  if (isTransientError(error)) return 'TRANSIENT';
  return isServerError(error) ? 'SERVER_ERROR' : 'CLIENT_ERROR';
}
type Judged = Parameters<typeof isServerError>[0];
