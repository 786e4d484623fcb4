import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openStaticFiles } from '#shared/http/static-files.ts';

const directory = mkdtempSync(join(tmpdir(), 'static-'));
writeFileSync(join(directory, 'a.js'), 'const a = "广州";');
afterAll(() => rmSync(directory, { recursive: true }));

const serve = openStaticFiles({
  '/page': { contentType: 'text/html', content: { text: '<p>' }, policy: "default-src 'none'" },
  '/a.js': {
    contentType: 'text/javascript',
    content: { path: join(directory, 'a.js') },
    cacheControl: 'public, max-age=86400',
  },
  '/gone': { contentType: 'text/plain', content: { path: join(directory, 'gone') } },
});
const bytes = (body: string | undefined) => Buffer.from(body ?? '', 'base64');

describe('a static file', () => {
  it('is served as it is, with a tag by its content', () => {
    const result = serve('/a.js', {});
    expect(result).toMatchObject({
      statusCode: 200,
      headers: {
        'content-type': 'text/javascript',
        'cache-control': 'public, max-age=86400',
        etag: expect.stringMatching(/^"[\w-]{22}"$/),
      },
    });
    expect(bytes(result?.body).toString()).toBe('const a = "广州";');
  });

  it('is compressed for who can take that', () => {
    const result = serve('/a.js', { 'accept-encoding': 'br, gzip;q=0.8' });
    expect(result?.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(gunzipSync(bytes(result?.body)).toString()).toBe('const a = "广州";');
  });

  it('is not sent again to who has it', () => {
    const etag = serve('/a.js', {})?.headers['etag'] ?? '';
    const again = serve('/a.js', { 'if-none-match': `"x", W/${etag}` });
    expect([again?.statusCode, again?.body]).toEqual([304, undefined]);
    expect(serve('/a.js', { 'if-none-match': '"x"' })?.statusCode).toBe(200);
  });

  it('that is a page brings its own policy', () => {
    expect(serve('/page', {})?.headers['content-security-policy']).toBe("default-src 'none'");
  });

  it('is served by its exact name only', () => {
    for (const name of ['/gone', '/', '/a.js/', '/../a.js', '/page/x', '__proto__', 'constructor', 'toString'])
      expect(serve(name, {})).toBeUndefined();
  });
});
