import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CONTEXT_NAMES } from '#infra/context.ts';
import { OutputName, STAGE_NAMES } from '#infra/names.ts';
import { COMMON } from '#infra/operate/command.ts';
import { rebuild } from '#infra/operate/rebuild.ts';
import { reconcile } from '#infra/operate/reconcile.ts';
import { redrive } from '#infra/operate/redrive.ts';
import { replay } from '#infra/operate/replay.ts';
import { STAGES } from '#infra/stages.ts';
import { ROLES } from '#shared/domain/user/roles.ts';
import { MetricName } from '#shared/runtime/metrics.ts';
import { TABLE } from '#shared/store/table.ts';
import { synthesize } from './support/templates.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  uses?: string;
  permissions?: Record<string, string>;
  environment?: string;
  needs?: string[];
  'timeout-minutes'?: number;
  steps?: Step[];
}
interface Workflow {
  on: Record<string, { inputs?: { stage?: { options: string[] } } } | null>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const files = globSync('.github/workflows/*.yml', { cwd: root });
const workflows = new Map(files.map((file) => [file, parse(read(file)) as Workflow]));
const deploy = workflows.get('.github/workflows/deploy.yml');

it('there is one that checks and one that deploys', () => {
  expect(files.sort()).toEqual(['.github/workflows/ci.yml', '.github/workflows/deploy.yml']);
});

describe.each([...workflows])('%s', (_, { permissions, jobs }) => {
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);

  it('calls only scripts that there are', () => {
    const called = steps.flatMap(({ run = '' }) => [
      ...[...run.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name),
      ...(/npm test/.test(run) ? ['test'] : []),
    ]);
    expect(called.length).toBeGreaterThan(0);
    for (const name of called) expect(Object.keys(scripts)).toContain(name);
  });

  it('pins every action to a major version or a commit', () => {
    for (const uses of [...steps, ...Object.values(jobs)].flatMap((each) => each.uses ?? []))
      expect(uses).toMatch(/^(\.\/\.github\/workflows\/[\w-]+\.yml|[\w-]+\/[\w-]+@(v\d+|[0-9a-f]{40}))$/);
  });

  it('may read the code and nothing else, but a job that signs in to AWS may prove who it is', () => {
    expect(permissions).toEqual({ contents: 'read' });
    for (const [name, job] of Object.entries(jobs)) {
      const signsIn = job.steps?.some(({ uses = '' }) => uses.startsWith('aws-actions/configure-aws-credentials@'));
      expect(job.permissions ?? permissions, name).toEqual({
        contents: 'read',
        ...(signsIn ? { 'id-token': 'write' } : {}),
      });
    }
  });

  it('leaves no token behind, ends in bounded time, and puts no outside text into a script', () => {
    for (const { uses = '', with: given } of steps)
      if (uses.startsWith('actions/checkout@')) expect(given).toEqual({ 'persist-credentials': false });
    for (const job of Object.values(jobs)) if (!job.uses) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
    for (const { run = '' } of steps) expect(run).not.toMatch(/\$\{\{(?!\s*matrix\.)/);
  });
});

describe('the deployment', () => {
  it('knows every stage', () => {
    expect(deploy?.on['workflow_dispatch']?.inputs?.stage?.options).toEqual(STAGE_NAMES);
  });

  it('asks the environment of the stage, after its checks and with the difference at hand', () => {
    const { diff, deploy: job } = deploy?.jobs ?? {};
    expect(job?.needs).toEqual(['ci', 'diff']);
    expect(job?.environment).toMatch(/^\$\{\{ inputs\.stage \|\| 'dev' \}\}$/);
    expect(diff?.environment).toBe(`${job?.environment}-diff`);
    expect(JSON.stringify(diff?.steps)).toContain('GITHUB_STEP_SUMMARY');
  });

  it('has no key of AWS: it assumes a role', () => {
    const signIns = Object.values(deploy?.jobs ?? {})
      .flatMap((job) => job.steps ?? [])
      .filter(({ uses = '' }) => uses.startsWith('aws-actions/'));
    expect(signIns).toHaveLength(2);
    for (const { with: given } of signIns) {
      expect(given).toHaveProperty('role-to-assume');
      expect(Object.keys(given ?? {})).not.toContain('aws-access-key-id');
    }
    expect(read('.github/workflows/deploy.yml')).not.toContain('secrets.');
  });
});

describe.each(['docs/runbook.md', 'docs/deploy.md', 'infra/README.md'])('%s', (file) => {
  const text = read(file);

  it('names only scripts and options that there are', () => {
    for (const [, name = '', options = ''] of text.matchAll(/npm run ([\w:-]+)(?: -- ([^`\n|#]*))?/g)) {
      expect(Object.keys(scripts), name).toContain(name);
      const command = [redrive, replay, rebuild, reconcile].find((each) => each.name === name);
      if (!command) continue;
      const known = Object.keys({ ...command.options, ...COMMON });
      for (const [, option] of options.matchAll(/--([\w-]+)/g)) expect(known, name).toContain(option);
    }
  });

  it('asks stacks only for outputs that they have', () => {
    for (const [, name] of text.matchAll(/\boutput \w+ (\w+)\b/g)) expect(Object.values(OutputName)).toContain(name);
  });

  it('names only files that there are', () => {
    for (const [, link = ''] of text.matchAll(/\]\((?!http|#)([^)#]+)/g))
      expect(globSync(join(root, file, '..', link)), link).toHaveLength(1);
  });
});

describe('what docs/deploy.md says of the template', () => {
  const text = read('docs/deploy.md');
  const { of } = synthesize('prod');

  it('is what it costs to be there', () => {
    const alarms = of('AWS::CloudWatch::Alarm');
    const watched = alarms.flatMap(({ properties }) =>
      properties.Metrics
        ? properties.Metrics.filter(({ MetricStat }: { MetricStat?: unknown }) => MetricStat)
        : [properties],
    );
    expect(text).toContain(`| ${alarms.length} alarms over ${watched.length} metrics |`);
    expect(text).toContain(`| ${Object.keys(MetricName).length} metrics of our own |`);
  });

  it('is how long it keeps, how far it goes, and what a restored table must be told', () => {
    const { prod, dev } = STAGES;
    expect(text).toContain(`${dev.archiveDays} days (\`dev\`)`);
    expect(prod.archiveDays).toBe(365);
    expect(text).toContain(`bounded to ${prod.table.maxReadUnits.toLocaleString('en')} (\`prod\`)`);
    expect(text).toContain(`429 from ${prod.throttle.rateLimit} (\`prod\`)`);
    expect(text).toContain(`may take ${prod.recorders} |`);
    expect(text).toContain(`AttributeName=${TABLE.ttlAttribute}`);
    for (const role of ROLES) expect(text).toContain(`\`${role}\``);
  });

  it('is every setting that context may give', () => {
    for (const name of CONTEXT_NAMES) expect(text).toContain(`\`${name}\``);
  });
});
