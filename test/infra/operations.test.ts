import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inertTypes } from '#infra/local/template/inert.ts';
import { OutputName } from '#infra/names.ts';
import { PARKED } from '#infra/operate/world.ts';
import { TABLE } from '#shared/store/table.ts';
import { type Synthesis, synthesize } from './support/templates.ts';

const synthesis = synthesize('prod');

interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { title?: string; markdown?: string; alarms?: string[]; metrics?: unknown[][]; region?: string };
}

/** A dashboard's body, with `<LogicalId>` or `<Output>` where CloudFormation puts a value in. */
function widgetsOf({ of }: Synthesis): Widget[] {
  const [dashboard] = of('AWS::CloudWatch::Dashboard');
  const parts: unknown[] = dashboard?.properties.DashboardBody['Fn::Join'][1];
  const text = parts.map((part) => (typeof part === 'string' ? part : `<${nameOf(part)}>`)).join('');
  return JSON.parse(text).widgets;
}

function nameOf(part: unknown): string {
  const { Ref, ...others } = part as { Ref?: string; 'Fn::GetStackOutput'?: { OutputName: string } };
  return Ref ?? others['Fn::GetStackOutput']?.OutputName ?? 'unknown';
}

describe('the dashboard', () => {
  const widgets = widgetsOf(synthesis);
  const drawn = (title: RegExp) =>
    widgets
      .filter(({ properties }) => title.test(properties.title ?? ''))
      .flatMap(({ properties }) => properties.metrics ?? []);
  /** Namespace and name of each metric of the widgets with such a title. */
  const metrics = (title: RegExp) => drawn(title).map(([namespace, name]) => `${namespace} ${name}`);

  it('is one, bears the name of its stage, and is deployed last', () => {
    expect(
      synthesis.of('AWS::CloudWatch::Dashboard').map(({ stack, properties }) => [stack, properties.DashboardName]),
    ).toEqual([['Operations', 'partnership-prod']]);
  });

  it('shows what an operator asks first', () => {
    expect(metrics(/^Intake/)).toEqual(
      expect.arrayContaining(['AWS/ApiGateway Count', 'AWS/ApiGateway 5xx', 'AWS/Events PutEventsEntriesCount']),
    );
    expect(metrics(/^Outcomes of events/)).toEqual([
      'PartnershipCrm Recorded',
      'PartnershipCrm Duplicate',
      'PartnershipCrm Rejected',
      'PartnershipCrm Waiting',
      'PartnershipCrm Quarantined',
    ]);
    expect(metrics(/oldest/)).toEqual([
      'AWS/SQS ApproximateNumberOfMessagesVisible',
      'AWS/SQS ApproximateAgeOfOldestMessage',
    ]);
    expect(metrics(/^Stream lag/)).toEqual(['AWS/Lambda IteratorAge', 'AWS/Lambda IteratorAge']);
  });

  it('shows every queue in which failures wait, and no other', () => {
    const queues = synthesis.of('AWS::SQS::Queue').filter(({ properties }) => !properties.RedrivePolicy);
    expect(drawn(/^Dead letters/)).toHaveLength(queues.length);
    expect(new Set(drawn(/^Dead letters/).map((metric) => metric[3])).size).toBe(queues.length);
    expect(queues).toHaveLength(Object.keys(PARKED).length);
  });

  it('shows what costs money: requests, units of the table and of each index, events, log bytes', () => {
    const functions = synthesis.of('AWS::Lambda::Function').length;
    const count = (title: RegExp, name: string) => metrics(title).filter((metric) => metric === name).length;
    const heads = 1 + Object.keys(TABLE.indexes).length;
    expect(count(/requests/, 'AWS/Lambda Invocations')).toBe(functions);
    expect(count(/write units/, 'AWS/DynamoDB ConsumedWriteCapacityUnits')).toBe(heads);
    expect(count(/read units/, 'AWS/DynamoDB ConsumedReadCapacityUnits')).toBe(heads);
    expect(count(/Cost: events/, 'AWS/Events PutEventsEntriesCount')).toBe(1);
    expect(count(/log bytes/, 'AWS/Logs IncomingBytes')).toBe(functions + 1);
  });

  it('shows every alarm', () => {
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    expect(new Set(shown).size).toBe(synthesis.of('AWS::CloudWatch::Alarm').length);
  });

  it('links the runbook, and names only commands that there are', () => {
    const url = 'https://git.example.org/crm/blob/main/docs/runbook.md';
    const linked = widgetsOf(synthesize('prod', { runbookUrl: url }));
    const text = linked.find(({ type }) => type === 'text')?.properties.markdown ?? '';
    expect(text).toContain(`](${url})`);
    const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const named = [...text.matchAll(/npm run (\w+)/g)].map(([, name = '']) => name);
    expect(named.sort()).toEqual(['rebuild', 'reconcile', 'redrive', 'replay']);
    for (const name of named) expect(scripts).toHaveProperty(name);
  });

  it('does not overlap', () => {
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, at) => `${x + (at % width)},${y + Math.floor(at / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...widgets.map(({ x, width }) => x + width))).toBeLessThanOrEqual(24);
  });

  it('is passed over by the run on one machine, with the reason', () => {
    expect(inertTypes['AWS::CloudWatch::Dashboard']).toMatch(/metrics/);
  });
});

it('what commands look for is put out by the stacks that they read, each name once', () => {
  const commands = ['State', 'Recording', 'Reports', 'Api', 'Mail'].flatMap((stack) => outputsOf(synthesis, stack));
  const optional: string[] = [
    OutputName.signInUrl,
    OutputName.domainTarget,
    OutputName.dashboardName,
    OutputName.mailDnsRecords,
    OutputName.mailReturnedArn,
  ];
  const wanted = Object.values(OutputName).filter((name) => !optional.includes(name));
  expect(commands.filter((name) => wanted.includes(name as OutputName)).sort()).toEqual(wanted.sort());
  for (const { output } of Object.values(PARKED)) expect(commands).toContain(output);
});

const outputsOf = ({ app }: Synthesis, stack: string): string[] =>
  Object.keys(app.synth().stacks.find(({ id }) => id === stack)?.template.Outputs ?? {});
