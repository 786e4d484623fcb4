import { readFileSync } from 'node:fs';
import { type App, Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import { describe, expect, it } from 'vitest';
import { buildApp } from '#infra/app.ts';
import type { StageName } from '#infra/names.ts';
import { STAGES } from '#infra/stages.ts';
import { scratchDirectory } from './support/templates.ts';

const checkedApp = (stage: StageName): App => buildApp({ stage, bundle: false, outdir: scratchDirectory() });

// Synthesizing with all checks takes its time.
describe('AwsSolutions', { timeout: 120_000 }, () => {
  it.each(Object.keys(STAGES) as StageName[])('finds nothing in stage %s', (stage) => {
    expect(() => checkedApp(stage).synth()).not.toThrow();
  });

  it('would find something: a queue without TLS and dead letters fails the synthesis', () => {
    const app = checkedApp('dev');
    new Queue(new Stack(app, 'Careless'), 'Queue');
    expect(() => app.synth()).toThrow(/AwsSolutions-SQS3[\s\S]+AwsSolutions-SQS4/);
  });

  it('is answered where it does not apply, each time with a reason, and only for these rules', () => {
    const acknowledged = checkedApp('dev')
      .node.findAll()
      .flatMap(({ node }) => node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY))
      .flatMap(({ data }) => Object.entries(data as Record<string, string>));
    for (const [rule, reason] of acknowledged) expect(reason.length, rule).toBeGreaterThan(40);
    const rules = new Set(acknowledged.map(([rule]) => rule.replace(/\[.*$/, '').replace(/^.*::/, '')));
    expect([...rules].sort()).toEqual([
      'AwsSolutions-APIG4',
      'AwsSolutions-DDB3',
      'AwsSolutions-IAM5',
      'AwsSolutions-S1',
      'AwsSolutions-SQS3',
    ]);
  });
});

it('every feature flag that CDK recommends is set, as it recommends', () => {
  const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  expect(context).toEqual(CURRENTLY_RECOMMENDED_FLAGS);
});

it('no account, region or look-up is needed: the same templates on every machine', () => {
  const { stacks, manifest } = checkedApp('prod').synth();
  expect(stacks.map(({ environment }) => environment.name)).toEqual(
    stacks.map(() => 'aws://unknown-account/unknown-region'),
  );
  expect(manifest.missing ?? []).toEqual([]);
});

it('weak references: no stack exports a value that another holds on to', () => {
  for (const { template } of checkedApp('dev').synth().stacks) {
    const outputs: Record<string, { Export?: unknown }> = template.Outputs ?? {};
    expect(Object.values(outputs).filter(({ Export }) => Export)).toEqual([]);
  }
});
