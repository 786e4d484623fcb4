/** The body of a put as SDKs send it: plain or in chunks with a trailer, with checksums in headers or trailer. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';
import { RestFault } from '../wire/rest.ts';

interface Payload {
  body: Buffer;
  /** `x-amz-checksum-…` as it was sent, where it was. */
  checksum: Record<string, string>;
}

/** Throws `BadDigest` where a checksum does not fit, `NotImplemented` for an algorithm that is not checked here. */
export function payloadOf(headers: IncomingHttpHeaders, raw: Buffer): Payload {
  const streaming = String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  const { body, trailers } = streaming ? unchunk(raw) : { body: raw, trailers: {} };
  const decoded = headers['x-amz-decoded-content-length'];
  if (streaming && decoded !== undefined && Number(decoded) !== body.length)
    throw new RestFault(400, 'IncompleteBody', `the body has ${body.length} bytes where ${String(decoded)} were said`);
  const md5 = headers['content-md5'];
  if (md5 !== undefined && md5 !== createHash('md5').update(body).digest('base64'))
    throw new RestFault(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
  const checksum: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...headers, ...trailers })) {
    const [, algorithm] = /^x-amz-checksum-(?!algorithm$|type$|mode$)(.+)$/.exec(name) ?? [];
    if (!algorithm || typeof value !== 'string') continue;
    if (digest(algorithm, body) !== value)
      throw new RestFault(
        400,
        'BadDigest',
        `The ${algorithm.toUpperCase()} you specified did not match what we received.`,
      );
    checksum[name] = value;
  }
  return { body, checksum };
}

function digest(algorithm: string, body: Buffer): string {
  switch (algorithm) {
    case 'crc32': {
      const sum = Buffer.alloc(4);
      sum.writeUInt32BE(crc32(body));
      return sum.toString('base64');
    }
    case 'sha1':
    case 'sha256':
      return createHash(algorithm).update(body).digest('base64');
    default:
      throw new RestFault(
        501,
        'NotImplemented',
        `the local host does not check ${algorithm}; it checks CRC32, SHA1 and SHA256`,
      );
  }
}

/** `aws-chunked`: `<hex length>[;chunk-signature=…]\r\n<bytes>\r\n`, until a length of 0, then trailers. */
function unchunk(raw: Buffer): { body: Buffer; trailers: Record<string, string> } {
  const malformed = () => new RestFault(400, 'IncompleteBody', 'the chunks of the body do not add up');
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = raw.indexOf('\r\n', at);
    const [, hex] = /^([0-9a-f]+)(?:;.*)?$/i.exec(end < 0 ? '' : raw.toString('latin1', at, end)) ?? [];
    if (hex === undefined) throw malformed();
    const size = Number.parseInt(hex, 16);
    at = end + 2;
    if (size === 0) break;
    if (raw.toString('latin1', at + size, at + size + 2) !== '\r\n') throw malformed();
    chunks.push(raw.subarray(at, at + size));
    at += size + 2;
  }
  const trailers: Record<string, string> = {};
  for (const line of raw.toString('latin1', at).split('\r\n')) {
    const [, name, value] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (name && value !== undefined) trailers[name.toLowerCase()] = value;
  }
  return { body: Buffer.concat(chunks), trailers };
}
