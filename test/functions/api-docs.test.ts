import { beforeAll, describe, expect, it } from 'vitest';
import { useFunctionEnvironment } from '#test/support/function-world.ts';
import { httpEvent } from '#test/support/http-request.ts';

let handler: typeof import('#functions/api/docs.ts')['handler'];
beforeAll(async () => {
  useFunctionEnvironment();
  ({ handler } = await import('#functions/api/docs.ts'));
});
const get = async (path: string) => {
  const { statusCode, headers, body = '', isBase64Encoded } = await handler(httpEvent(`GET ${path}`, { as: null }));
  return { statusCode, headers, text: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString() };
};

describe('the page of the API', () => {
  it('takes everything from here, and lets nothing of it go elsewhere', async () => {
    const { statusCode, headers, text } = await get('/docs');
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).not.toMatch(/https?:|\/\/|<script>|style=/);
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect((await get('/docs/start.js')).text).toContain("url: '/openapi.json'");
  });

  it('has no other files', async () => {
    for (const path of ['/docs/index.html', '/docs/package.json', '/docs/x.js'])
      expect(await get(path)).toMatchObject({
        statusCode: 404,
        headers: { 'content-type': 'application/problem+json' },
      });
  });
});
