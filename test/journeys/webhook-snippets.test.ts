import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { hubspotDeal } from '#shared/webhooks/mappings/hubspot-deal.ts';
import { plainJson } from '#shared/webhooks/mappings/plain-json.ts';
import { twentyOpportunity } from '#shared/webhooks/mappings/twenty-opportunity.ts';
import { type Client, clientOf } from '#test/support/client.ts';
import { sharedServer } from '#test/support/shared-server.ts';

const server = await sharedServer();
const partner = `severn-${Date.now().toString(36)}`;
let admin: Client;
let secret: string;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (command: string, file: string, env: Record<string, string> = {}) =>
  new Promise<Run>((resolve) => {
    const all = { PATH: process.env['PATH'] ?? '', PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1' };
    const own = { BASE_URL: server.url, PARTNER: partner, WEBHOOK_SECRET: secret ?? '', ...env };
    execFile(command, [file], { env: { ...all, ...own }, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
  });

const SNIPPETS = [
  { name: 'curl', command: 'bash', file: 'examples/partner/send.sh', fence: 'sh', needs: ['bash', 'curl', 'openssl'] },
  { name: 'TypeScript', command: process.execPath, file: 'examples/partner/send.ts', fence: 'ts', needs: [] },
  { name: 'Python', command: 'python3', file: 'examples/partner/send.py', fence: 'python', needs: ['python3'] },
] as const;

/** Where the build runs everything must be there; on somebody's machine the test says what it leaves out. */
function leftOut(name: string, needs: readonly string[]): boolean {
  const lacking = needs.filter((tool) => spawnSync(tool, [tool === 'openssl' ? 'version' : '--version']).error);
  const isLeftOut = lacking.length > 0 && !process.env['CI'];
  if (isLeftOut) console.warn(`The snippet in ${name} was not run: ${lacking.join(', ')} not found on this machine.`);
  return isLeftOut;
}

beforeAll(async () => {
  admin = await clientOf(server, 'admin');
  if (leftOut('sh', ['bash', 'curl', 'jq'])) {
    const put = { name: 'Severn', scheme: 'standard-webhooks', eventTypes: ['trade-deal.logged', 'trade-deal.moved'] };
    const defaults = { strand: 'business-engagement', place: 'guangzhou' };
    await admin.put(`/v1/partners/${partner}`, { ...put, defaults, active: true });
    secret = (await admin.post(`/v1/partners/${partner}/secrets`)).body.secret;
    return;
  }
  const { code, stdout, stderr } = await run('bash', 'examples/partner/set-up.sh');
  expect(code, stderr).toBe(0);
  secret = stdout.trim();
});

const page = () => readFile('docs/webhooks.md', 'utf8');
const recorded = async (eventId: string) => {
  const read = async () => (await admin.get(`/v1/receipts/${eventId}`)).body;
  await expect.poll(async () => (await read()).status, { timeout: 10_000 }).toBe('recorded');
  const { record } = await read();
  return (await admin.get(`/v1/trade-deals/${record.id}`)).body;
};

test('the page shows the snippets as they are run, and the mappings as they are tested', async () => {
  const text = await page();
  for (const { file, fence } of [...SNIPPETS, { file: 'examples/partner/set-up.sh', fence: 'sh' }])
    expect(text).toContain(`\`\`\`${fence}\n${(await readFile(file, 'utf8')).trimEnd()}\n\`\`\``);
  for (const { mapping } of [hubspotDeal, twentyOpportunity, plainJson])
    expect(text).toContain(`\`\`\`\n${mapping}\n\`\`\``);
});

describe.each(SNIPPETS)('the snippet in $name', ({ name, command, file, needs }) => {
  const isLeftOut = leftOut(name, needs);

  test.skipIf(isLeftOut)('sends a message that is recorded', async () => {
    const { code, stdout, stderr } = await run(command, file);
    expect(code, stderr).toBe(0);
    const receipt = JSON.parse(stdout) as { eventId: string; status: string };
    expect(receipt.status).toBe('accepted');
    expect(await recorded(receipt.eventId)).toMatchObject({
      title: 'Tram doors for the airport line',
      value: { amount: '1250000.00', currency: 'CNY' },
      strand: 'business-engagement',
      externalRef: { partner },
    });
  });

  test.skipIf(isLeftOut)('is refused with the secret of somebody else, and says so', async () => {
    const { code, stdout, stderr } = await run(command, file, {
      WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    });
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain('401');
  });
});
