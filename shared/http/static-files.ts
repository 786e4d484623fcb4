import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { COMMON_HEADERS, type HttpResult } from './answer.ts';
import type { Headers } from './headers.ts';

/** A file that is served as it is. */
export interface StaticFile {
  readonly contentType: string;
  /** Read when it is first asked for: a path, or the content itself. */
  readonly content: { readonly path: string } | { readonly text: string };
  /** `content-security-policy`, where it is a page. */
  readonly policy?: string;
  /** `cache-control`: revalidated at every use unless said. */
  readonly cacheControl?: string;
}

interface Ready {
  readonly etag: string;
  readonly plain: Buffer;
  readonly zipped: Buffer;
}

/** Serves files from memory, compressed where the client takes it, with 304 for those it has. Undefined for an unknown name. */
export function openStaticFiles(files: Readonly<Record<string, StaticFile>>) {
  const ready = new Map<string, Ready>();
  const load = (name: string, { content }: StaticFile): Ready => {
    const known = ready.get(name);
    if (known) return known;
    const plain = 'text' in content ? Buffer.from(content.text) : readFileSync(content.path);
    const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
    const loaded = { etag, plain, zipped: gzipSync(plain, { level: 9 }) };
    ready.set(name, loaded);
    return loaded;
  };
  return (name: string, headers: Headers): HttpResult | undefined => {
    const file = Object.hasOwn(files, name) ? files[name] : undefined;
    if (!file || ('path' in file.content && !existsSync(file.content.path))) return undefined;
    const { etag, plain, zipped } = load(name, file);
    const common = {
      ...COMMON_HEADERS,
      'cache-control': file.cacheControl ?? 'no-cache',
      etag,
      vary: 'accept-encoding',
      ...(file.policy ? { 'content-security-policy': file.policy } : {}),
    };
    if (namesTag(headers['if-none-match'], etag)) return { statusCode: 304, headers: common };
    const takesGzip = /\bgzip\b/.test(headers['accept-encoding'] ?? '');
    return {
      statusCode: 200,
      headers: { ...common, 'content-type': file.contentType, ...(takesGzip ? { 'content-encoding': 'gzip' } : {}) },
      body: (takesGzip ? zipped : plain).toString('base64'),
      isBase64Encoded: true,
    };
  };
}

const namesTag = (condition: string | undefined, etag: string): boolean =>
  (condition ?? '').split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
