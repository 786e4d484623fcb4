import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isPublic } from '#shared/webhooks/out/addresses.ts';
import { type Address, createGuard, type Guard, trialHosts } from '#shared/webhooks/out/guard.ts';
import { createPost } from '#shared/webhooks/out/post.ts';

/** A server that nobody may reach. It counts who does. */
let canary: Server;
let port: number;
let connections = 0;

beforeAll(async () => {
  canary = createServer((socket) => {
    connections++;
    socket.on('error', () => {}).destroy();
  });
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  port = (canary.address() as AddressInfo).port;
});
beforeEach(() => {
  connections = 0;
});
afterAll(() => void canary.close());

/** What names stand for; any other has no address. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'public.example.ac.uk': ['192.30.255.112', '2606:50c0:8000::153'],
  'loopback.example.ac.uk': ['127.0.0.1'],
  '127.0.0.1.nip.io': ['127.0.0.1'],
  'one-of-two.example.ac.uk': ['192.30.255.112', '127.0.0.1'],
  'six-of-two.example.ac.uk': ['192.30.255.112', '::1'],
  'private.example.ac.uk': ['10.1.2.3'],
  'private-172.example.ac.uk': ['172.31.0.1'],
  'private-192.example.ac.uk': ['192.168.1.1'],
  'carrier.example.ac.uk': ['100.64.0.1'],
  'alibaba-metadata.example.ac.uk': ['100.100.100.200'],
  'metadata.example.ac.uk': ['169.254.169.254'],
  'metadata-six.example.ac.uk': ['fd00:ec2::254'],
  'azure-metadata.example.ac.uk': ['168.63.129.16'],
  'link-local.example.ac.uk': ['fe80::1'],
  'mapped.example.ac.uk': ['::ffff:127.0.0.1'],
  'mapped-public.example.ac.uk': ['::ffff:192.30.255.112'],
  'nat64.example.ac.uk': ['64:ff9b::7f00:1'],
  'nat64-local.example.ac.uk': ['64:ff9b:1::7f00:1'],
  '6to4.example.ac.uk': ['2002:7f00:1::'],
  'teredo.example.ac.uk': ['2001:0:7f00:1::1'],
  'compatible.example.ac.uk': ['::127.0.0.1'],
  'unspecified.example.ac.uk': ['0.0.0.0'],
  'unspecified-six.example.ac.uk': ['::'],
  'multicast.example.ac.uk': ['224.0.0.1'],
  'broadcast.example.ac.uk': ['255.255.255.255'],
  'documentation.example.ac.uk': ['203.0.113.7'],
  'documentation-six.example.ac.uk': ['2001:db8::1'],
  'reserved.example.ac.uk': ['240.0.0.1'],
  'nonsense.example.ac.uk': ['not an address'],
  localhost: ['127.0.0.1'],
};
const resolve = async (host: string): Promise<Address[]> => {
  const found = NAMES[host.replace(/\.$/, '')];
  if (!found) throw Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' });
  return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};
const letter = (url: string) => ({ url, headers: { 'content-type': 'application/json' }, body: '{}' });
const forbid = () => createGuard({ resolve, ports: ['', '443', '8443', String(port)] });

/** `P` stands for the canary's port, which this guard lets through: each form has to be refused for what it is. */
const FORMS: readonly (readonly [form: string, reason: string])[] = [
  ['http://public.example.ac.uk:P/', 'not-https'],
  ['ftp://public.example.ac.uk:P/', 'not-https'],
  ['file:///etc/passwd', 'not-https'],
  ['gopher://127.0.0.1:P/', 'not-https'],
  ['//127.0.0.1:P/', 'no-url'],
  ['127.0.0.1:P', 'no-url'],
  ['https://127.0.0.1:P/', 'no-public-name'],
  ['https://127.1:P/', 'no-public-name'],
  ['https://127.0.1:P/', 'no-public-name'],
  ['https://2130706433:P/', 'no-public-name'],
  ['https://0x7f000001:P/', 'no-public-name'],
  ['https://0x7f.0.0.1:P/', 'no-public-name'],
  ['https://0177.0.0.1:P/', 'no-public-name'],
  ['https://017700000001:P/', 'no-public-name'],
  ['https://0x7f.1:P/', 'no-public-name'],
  ['https://127.0.0.1.:P/', 'no-public-name'],
  ['https://0.0.0.0:P/', 'no-public-name'],
  ['https://0:P/', 'no-public-name'],
  ['https://[::1]:P/', 'no-public-name'],
  ['https://[::]:P/', 'no-public-name'],
  ['https://[::ffff:127.0.0.1]:P/', 'no-public-name'],
  ['https://[::ffff:7f00:1]:P/', 'no-public-name'],
  ['https://[0:0:0:0:0:0:0:1]:P/', 'no-public-name'],
  ['https://[64:ff9b::7f00:1]:P/', 'no-public-name'],
  ['https://[fd00:ec2::254]:P/', 'no-public-name'],
  ['https://169.254.169.254:P/latest/meta-data/', 'no-public-name'],
  ['https://0xa9fea9fe:P/', 'no-public-name'],
  ['https://１２７.０.０.１:P/', 'no-public-name'],
  ['https://127。0。0。1:P/', 'no-public-name'],
  ['https://①②⑦.0.0.1:P/', 'no-public-name'],
  ['https://localhost:P/', 'no-public-name'],
  ['https://LOCALHOST:P/', 'no-public-name'],
  ['https://ⓛocalhost:P/', 'no-public-name'],
  ['https://localhost.:P/', 'no-public-name'],
  ['https://anything.localhost:P/', 'no-public-name'],
  ['https://router.local:P/', 'no-public-name'],
  ['https://metadata.google.internal:P/', 'no-public-name'],
  ['https://intranet:P/', 'no-public-name'],
  ['https://public.example.ac.uk.:P/', 'no-public-name'],
  ['https://user@loopback.example.ac.uk:P/', 'credentials'],
  ['https://public.example.ac.uk@127.0.0.1:P/', 'credentials'],
  ['https://user:pass@127.0.0.1:P/', 'credentials'],
  ['https://127.0.0.1:P#@public.example.ac.uk/', 'no-url'],
  ['https://127.0.0.1:P\\@public.example.ac.uk/', 'no-url'],
  ['https://127.0.0.1:P\t/', 'no-url'],
  ['https://local\u00adhost:P/', 'no-url'],
  ['https://public.example.ac.uk:22/', 'port'],
  ['https://public.example.ac.uk:6379/', 'port'],
  ['https://nobody-has-this.example.ac.uk:P/', 'unresolved'],
  ...Object.keys(NAMES)
    .filter((name) => name.includes('.') && name !== 'public.example.ac.uk')
    .map((name) => [`https://${name}:P/`, 'no-public-address'] as const),
];

describe('a URL that is forbidden', () => {
  it.each(FORMS)(
    '%s is refused when it is put, and nothing is connected to when it is called (%s)',
    async (form, reason) => {
      const url = form.replace('P', String(port));
      const guard = forbid();
      expect(await guard(url)).toEqual({ ok: false, reason });
      expect(await createPost({ guard })(letter(url))).toEqual({ failure: `forbidden:${reason}` });
      expect(connections).toBe(0);
    },
  );

  it('comes in more than 40 forms, and the canary hears one who is let through', async () => {
    expect(FORMS.length).toBeGreaterThan(40);
    const careless: Guard = async (text) => ({
      ok: true,
      url: new URL(text),
      address: { address: '127.0.0.1', family: 4 },
    });
    const posted = await createPost({ guard: careless })(letter(`https://public.example.ac.uk:${port}/`));
    expect(posted).toHaveProperty('failure');
    expect(connections).toBe(1);
  });

  it('that led to a public address when it was put, and leads home when it is called, is not called', async () => {
    const answers = [['192.30.255.112'], ['127.0.0.1']];
    const rebinding = async (): Promise<Address[]> =>
      (answers.shift() ?? ['127.0.0.1']).map((address) => ({ address, family: 4 }));
    const guard = createGuard({ resolve: rebinding, ports: [String(port)] });
    const url = `https://rebind.example.ac.uk:${port}/`;
    expect(await guard(url)).toMatchObject({ ok: true, address: { address: '192.30.255.112' } });
    expect(await createPost({ guard })(letter(url))).toEqual({ failure: 'forbidden:no-public-address' });
    expect(connections).toBe(0);
  });

  it('is not mistaken for another: the connection to the pinned address asks for the certificate of the name', async () => {
    const heard: Buffer[] = [];
    const listening = createServer((socket) => {
      socket
        .on('error', () => {})
        .once('data', (hello) => {
          heard.push(hello);
          socket.destroy();
        });
    });
    await new Promise<void>((ready) => listening.listen(0, '127.0.0.1', ready));
    const url = `https://public.example.ac.uk:${(listening.address() as AddressInfo).port}/`;
    const pinning: Guard = async (text) => ({
      ok: true,
      url: new URL(text),
      address: { address: '127.0.0.1', family: 4 },
    });
    expect(await createPost({ guard: pinning })(letter(url))).toHaveProperty('failure');
    // The name stands in the clear in TLS's first message (server_name, RFC 6066).
    expect(Buffer.concat(heard).includes('public.example.ac.uk')).toBe(true);
    listening.close();
  });

  it('is no other than the one that was checked: the name is looked up once, and the address of that look is connected to', async () => {
    let looks = 0;
    const guard: Guard = async (text) => {
      looks++;
      return { ok: true, url: new URL(text), address: { address: '127.0.0.1', family: 4 } };
    };
    // No resolver of the system knows this name: only the pinned address can have been connected to.
    await createPost({ guard })(letter(`http://name-that-has-no-address.invalid:${port}/`));
    expect({ looks, connections }).toEqual({ looks: 1, connections: 1 });
  });
});

describe('a subscriber', () => {
  async function serving(answer: Parameters<typeof createHttpServer>[1]): Promise<{ url: string; close: () => void }> {
    const server = createHttpServer(answer as never);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const close = () => {
      server.close();
      server.closeAllConnections();
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
  }
  const trial = (url: string) => createGuard({ trial: [new URL(url).host] });

  it('that answers with a redirect is not followed', async () => {
    const { url, close } = await serving((_, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end();
    });
    expect(await createPost({ guard: trial(url) })(letter(url))).toMatchObject({ httpStatus: 307 });
    expect(connections).toBe(0);
    close();
  });

  it('that never answers, or never ends its answer, has its time and no more', async () => {
    const mute = await serving(() => {});
    expect(await createPost({ guard: trial(mute.url), answerWithinMs: 200 })(letter(mute.url))).toEqual({
      failure: 'timeout',
    });
    mute.close();
  });

  it('that answers without end is cut off, and its status stands', async () => {
    const endless = await serving((_, response) => {
      response.writeHead(200);
      const more = () => void (response.destroyed || response.write('x'.repeat(65_536), () => setImmediate(more)));
      more();
    });
    expect(await createPost({ guard: trial(endless.url) })(letter(endless.url))).toMatchObject({ httpStatus: 200 });
    endless.close();
  });

  it('gets the body and the headers to the letter', async () => {
    let got: unknown;
    const { url, close } = await serving(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      got = { method: request.method, id: request.headers['webhook-id'], body: Buffer.concat(parts).toString() };
      response.writeHead(204, { 'retry-after': '7' }).end();
    });
    const sent = { url, headers: { 'webhook-id': 'dlv_1' }, body: '{"name":"深圳"}' };
    expect(await createPost({ guard: trial(url) })(sent)).toEqual({ httpStatus: 204, retryAfter: '7' });
    expect(got).toEqual({ method: 'POST', id: 'dlv_1', body: sent.body });
    close();
  });

  it('on one machine is let through by its host alone, and only where the environment names it', async () => {
    const url = `http://127.0.0.1:${port}/`;
    expect(await createGuard()(url)).toEqual({ ok: false, reason: 'not-https' });
    expect(await createGuard({ trial: trialHosts(undefined) })(url)).toEqual({ ok: false, reason: 'not-https' });
    expect(await createGuard({ trial: trialHosts(`127.0.0.1:${port + 1}`) })(url)).toEqual({
      ok: false,
      reason: 'not-https',
    });
    expect(await createGuard({ trial: trialHosts(` 127.0.0.1:${port}, x`) })(url)).toMatchObject({ ok: true });
    expect(await createGuard({ trial: trialHosts('127.0.0.1') })(url)).toMatchObject({ ok: true });
  });

  it('at a public name is let through, by IPv4 where there is one', async () => {
    expect(await forbid()('https://public.example.ac.uk/hook?a=b')).toMatchObject({
      ok: true,
      address: { address: '192.30.255.112', family: 4 },
    });
    expect(await forbid()('https://public.example.ac.uk:8443/')).toMatchObject({ ok: true });
  });
});

describe('an address', () => {
  it.each(['1.1.1.1', '192.30.255.112', '2606:4700:4700::1111', '2a00:1450:4009::1'])('%s is public', (address) => {
    expect(isPublic(address)).toBe(true);
  });

  it.each([
    '127.1',
    '0x7f.1',
    '4000::1',
    '100::1',
    'fec0::1',
    'ff02::1',
    'fe80::1%eth0',
    '192.0.0.192',
    '198.18.0.1',
    '',
  ])('%s is not', (address) => {
    expect(isPublic(address)).toBe(false);
  });
});
