/** S3 over REST, path-style: the operations on objects that the product uses; any other is a clear error. */
import { randomUUID } from 'node:crypto';
import { type Refusal, type RestAnswer, RestFault, type RestRequest, type RestService } from '../wire/rest.ts';
import { payloadOf } from './body.ts';
import { listObjects } from './list.ts';
import type { ObjectFacts, ObjectStore } from './store.ts';
import { keysToDelete, xml } from './xml.ts';

interface Call extends RestRequest {
  bucket: string;
  key: string;
  refusal: Refusal;
}

/** Headers that belong to an object and come back with it. */
const kept = ['content-type', 'content-disposition', 'content-language', 'cache-control', 'expires'];
/** Of an operation, or its parameters, that would do something which is not done here. */
const unserved = [
  'x-amz-copy-source',
  'x-amz-tagging',
  'x-amz-object-lock-mode',
  'x-amz-website-redirect-location',
  'range',
];
const known =
  /^(x-id|list-type|prefix|delimiter|max-keys|continuation-token|start-after|encoding-type|fetch-owner|delete|x-amz-.*|response-.*)$/i;

/** `buckets` are the names of those in the template. */
export function filesService(store: ObjectStore, buckets: readonly string[]): RestService {
  const serve = async (request: RestRequest, refusal: Refusal): Promise<RestAnswer> => {
    const [, bucketPart = '', keyPart = ''] = /^\/([^/]*)\/?(.*)$/s.exec(request.path) ?? [];
    const call: Call = { ...request, bucket: decode(bucketPart), key: decode(keyPart), refusal };
    refuseUnserved(call);
    if (!call.bucket) throw notServed(call);
    if (!buckets.includes(call.bucket)) throw new RestFault(404, 'NoSuchBucket', 'The specified bucket does not exist');
    if (call.key === '') return await onBucket(store, call);
    if (Buffer.byteLength(call.key) > 1024) throw new RestFault(400, 'KeyTooLongError', 'Your key is too long');
    return await onObject(store, call);
  };
  return {
    fault,
    async handle(request, refusal) {
      try {
        return await serve(request, refusal);
      } catch (error) {
        const known = error instanceof RestFault ? error : new RestFault(500, 'InternalError', String(error));
        return fault(known.status, known.code, known.message, request.method === 'HEAD');
      }
    },
  };
}

async function onBucket(store: ObjectStore, call: Call): Promise<RestAnswer> {
  const { method, query, bucket } = call;
  if (method === 'GET' && query.get('list-type') === '2')
    return answer(
      200,
      {},
      listObjects(store, bucket, query, (context) => grant(call, 's3:ListBucket', bucketArn(bucket), context)),
    );
  if (method === 'HEAD') {
    grant(call, 's3:ListBucket', bucketArn(bucket));
    return answer(200);
  }
  if (method === 'POST' && query.has('delete')) {
    const { keys, quiet } = keysToDelete(payloadOf(call.headers, call.body).body.toString('utf8'));
    const refused = new Map(
      keys.map((key) => [key, call.refusal([{ action: 's3:DeleteObject', resource: objectArn(bucket, key) }])]),
    );
    const granted = keys.filter((key) => refused.get(key) === undefined);
    await store.remove(bucket, granted);
    const errors = keys.flatMap((Key) => {
      const Message = refused.get(Key);
      return Message === undefined ? [] : [{ Key, Code: 'AccessDenied', Message }];
    });
    return answer(
      200,
      {},
      xml('DeleteResult', { Deleted: quiet ? [] : granted.map((Key) => ({ Key })), Error: errors }),
    );
  }
  throw notServed(call);
}

async function onObject(store: ObjectStore, call: Call): Promise<RestAnswer> {
  const { bucket, key, headers } = call;
  const resource = objectArn(bucket, key);
  switch (call.method) {
    case 'PUT': {
      grant(call, 's3:PutObject', resource);
      const { body, checksum } = payloadOf(headers, call.body);
      const condition = {
        ...(headers['if-none-match'] === undefined ? {} : { ifNoneMatch: headers['if-none-match'] }),
        ...(headers['if-match'] === undefined ? {} : { ifMatch: headers['if-match'] }),
      };
      const put = await store.put(bucket, key, body, { ...ownHeaders(call), ...checksum }, condition);
      if (!put) throw preconditionFailed();
      return answer(200, { etag: `"${put.etag}"`, ...checksum });
    }
    case 'GET': {
      grant(call, 's3:GetObject', resource);
      const found = store.get(bucket, key);
      if (!found) throw missing(call);
      return conditional(call, found.facts) ?? answer(200, factsHeaders(call, found.facts), found.body);
    }
    case 'HEAD': {
      grant(call, 's3:GetObject', resource);
      const facts = store.head(bucket, key);
      if (!facts) throw missing(call);
      return (
        conditional(call, facts) ?? {
          ...answer(200, { ...factsHeaders(call, facts), 'content-length': String(facts.size) }),
        }
      );
    }
    case 'DELETE':
      grant(call, 's3:DeleteObject', resource);
      await store.remove(bucket, [key]);
      return answer(204);
    default:
      throw notServed(call);
  }
}

function ownHeaders({ headers }: Call): Record<string, string> {
  const own: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && (kept.includes(name) || name.startsWith('x-amz-meta-'))) own[name] = value;
  }
  const encodings = String(headers['content-encoding'] ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'aws-chunked');
  if (encodings.length > 0) own['content-encoding'] = encodings.join(',');
  return own;
}

function factsHeaders({ headers, query }: Call, facts: ObjectFacts): Record<string, string> {
  const wantsChecksum = String(headers['x-amz-checksum-mode']).toUpperCase() === 'ENABLED';
  const stored = Object.entries(facts.headers).filter(([name]) => wantsChecksum || !name.startsWith('x-amz-checksum-'));
  const overrides = [...query].flatMap(([name, value]) => {
    const [, header] = /^response-(.+)$/.exec(name) ?? [];
    return header ? [[header, value] as const] : [];
  });
  return {
    ...Object.fromEntries(stored),
    ...Object.fromEntries(overrides),
    etag: `"${facts.etag}"`,
    'last-modified': new Date(facts.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
  };
}

/** 304 or 412 where the reader's conditions say so. */
function conditional({ headers }: Call, { etag }: ObjectFacts): RestAnswer | undefined {
  const names = (given: string) => given.split(',').some((one) => ['*', etag].includes(one.trim().replaceAll('"', '')));
  if (headers['if-match'] !== undefined && !names(headers['if-match'])) throw preconditionFailed();
  if (headers['if-none-match'] !== undefined && names(headers['if-none-match']))
    return answer(304, { etag: `"${etag}"` });
  return undefined;
}

/** As on AWS, who may not list the bucket is not told whether the key exists. */
function missing(call: Call): RestFault {
  const refused = call.refusal([{ action: 's3:ListBucket', resource: bucketArn(call.bucket) }]);
  if (refused !== undefined) return new RestFault(403, 'AccessDenied', refused);
  return new RestFault(404, 'NoSuchKey', 'The specified key does not exist.');
}

function grant(call: Call, action: string, resource: string, context?: Record<string, string>): void {
  const refused = call.refusal([{ action, resource, ...(context ? { context } : {}) }]);
  if (refused !== undefined) throw new RestFault(403, 'AccessDenied', refused);
}

function refuseUnserved(call: Call): void {
  const header = unserved.find((name) => call.headers[name] !== undefined);
  if (header) throw new RestFault(501, 'NotImplemented', `the local host does not serve S3 calls with ${header}`);
  const parameter = [...call.query.keys()].find((name) => !known.test(name));
  if (parameter)
    throw new RestFault(501, 'NotImplemented', `the local host does not serve S3 calls with ?${parameter}`);
}

const notServed = ({ method, path }: Call) =>
  new RestFault(
    501,
    'NotImplemented',
    `the local host does not serve ${method} ${path} of S3; it puts, gets, deletes and lists objects`,
  );
const preconditionFailed = () =>
  new RestFault(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
const bucketArn = (bucket: string) => `arn:aws:s3:::${bucket}`;
const objectArn = (bucket: string, key: string) => `${bucketArn(bucket)}/${key}`;

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new RestFault(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}

function answer(status: number, headers: Record<string, string> = {}, body: Buffer | string = ''): RestAnswer {
  const type: Record<string, string> =
    typeof body === 'string' && body !== '' ? { 'content-type': 'application/xml' } : {};
  return { status, headers: { 'x-amz-request-id': randomUUID(), ...type, ...headers }, body };
}

function fault(status: number, Code: string, Message: string, bodiless = false): RestAnswer {
  return answer(status, {}, bodiless ? '' : xml('Error', { Code, Message, RequestId: randomUUID() }));
}
