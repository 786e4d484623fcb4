import { execFile, spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Client, clientOf } from '#test/support/client.ts';
import type { RunningServer } from '#test/support/server.ts';
import { sharedServer } from '#test/support/shared-server.ts';

let server: RunningServer;
let officer: Client;

beforeAll(async () => {
  server = await sharedServer();
  officer = await clientOf(server, 'bd-officer');
});

interface Run {
  readonly code: number;
  readonly output: string;
}

const run = (command: string, file: string, env: Record<string, string>) =>
  new Promise<Run>((resolve) => {
    const all = { PATH: process.env['PATH'] ?? '', PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1', ...env };
    execFile(command, [file], { env: all, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });

const EXAMPLES = [
  { name: 'TypeScript', command: process.execPath, file: 'examples/typescript/log-and-watch.ts', needs: [] },
  { name: 'Python', command: 'python3', file: 'examples/python/log_and_watch.py', needs: ['python3'] },
  { name: 'curl', command: 'bash', file: 'examples/curl/log-and-watch.sh', needs: ['bash', 'curl', 'jq'] },
] as const;

describe.each(EXAMPLES)('the example in $name', ({ command, file, needs, name }) => {
  const lacking = needs.filter((tool) => spawnSync(tool, ['--version']).error);
  // Where the build runs everything must be there; on somebody's machine the test says what it leaves out.
  const leftOut = lacking.length > 0 && !process.env['CI'];
  if (leftOut) console.warn(`The example in ${name} was not run: ${lacking.join(', ')} not found on this machine.`);

  test.skipIf(leftOut)(
    'logs a deal, moves it, and sees the pipeline change',
    async () => {
      const { code, output } = await run(command, file, { BASE_URL: server.url });
      expect(code, output).toBe(0);
      const id = /logged (trd_\w+) in enquiry with \S/.exec(output)?.[1];
      const lines = output.split('\n').map((line) => line.replace(/(?<=\d) [[{].*/, ''));
      const counts = lines.flatMap(
        (line) => /^(?:enquiry|qualified): (\d+) -> (\d+)/.exec(line)?.slice(1).map(Number) ?? [],
      );
      expect(counts).toHaveLength(4);
      const [before = 0, after, beforeMove = 0, afterMove] = counts;
      expect([after, afterMove]).toEqual([before + 1, beforeMove + 1]);
      const { body } = await officer.get(`/v1/trade-deals/${id}`);
      expect(body).toMatchObject({ stage: 'qualified', version: 2 });
    },
    60_000,
  );

  test.skipIf(leftOut)(
    'takes a token from its surroundings, and fails where that may not log',
    async () => {
      const token = await server.token('viewer');
      const { code, output } = await run(command, file, { BASE_URL: server.url, TOKEN: token });
      expect(code).not.toBe(0);
      expect(output).toMatch(/does not allow|403/);
    },
    60_000,
  );
});
