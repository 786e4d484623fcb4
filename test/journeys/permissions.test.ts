import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { clientOf, deal } from '#test/support/client.ts';
import { type RunningServer, startServer } from '#test/support/server.ts';

interface Statement {
  Action: string | string[];
}
interface Template {
  Resources: Record<string, { Type: string; Properties: { PolicyDocument?: { Statement: Statement[] } } }>;
}

let directory: string;
let server: RunningServer;
let taken = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'permissions-'));
  const assembly = join(directory, 'assembly');
  await cp(inject('assembly'), assembly, { recursive: true });
  for (const name of (await readdir(assembly)).filter((file) => file.endsWith('.template.json'))) {
    const file = join(assembly, name);
    const template = JSON.parse(await readFile(file, 'utf8')) as Template;
    for (const [id, { Type, Properties }] of Object.entries(template.Resources))
      if (Type === 'AWS::IAM::Policy' && id.startsWith('Log'))
        taken += takePutEvents(Properties.PolicyDocument?.Statement ?? []);
    await writeFile(file, JSON.stringify(template));
  }
  server = await startServer({ dataDir: join(directory, 'data'), env: { LOCAL_ASSEMBLY: assembly } });
});

afterAll(async () => {
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Takes the grant out of the list; answers how many it took. */
function takePutEvents(statements: Statement[]): number {
  const at = statements.findIndex(({ Action }) => [Action].flat().includes('events:PutEvents'));
  if (at < 0) return 0;
  statements.splice(at, 1);
  return 1;
}

test('a function whose grant is taken out of the template is refused that call, as on AWS', async () => {
  expect(taken).toBe(1);
  const officer = await clientOf(server, 'bd-officer');
  const refused = await officer.post('/v1/trade-deals', deal());
  expect(refused.status).toBeGreaterThanOrEqual(500);
  expect(refused.headers.get('content-type')).toContain('application/problem+json');
  expect(JSON.stringify(refused.body)).not.toContain('arn:');
  // The log is written a moment later than the answer.
  await expect
    .poll(() => readFile(join(server.dataDir, 'logs', 'host.log'), 'utf8').catch(() => ''), { timeout: 10_000 })
    .toMatch(/assumed-role\/.*Log.* is not authorized to perform: events:PutEvents on resource: arn:aws:events:/);
  expect((await officer.get('/v1/trade-deals')).body.items).toEqual([]);
});
