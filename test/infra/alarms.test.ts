import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anchorOf } from '#infra/constructs/house-alarm.ts';
import { METRIC_NAMESPACE, MetricName } from '#shared/runtime/metrics.ts';
import { synthesize } from './support/templates.ts';

const { of } = synthesize('prod', { mailFrom: 'crm@mail.example.ac.uk' });
const alarms = of('AWS::CloudWatch::Alarm').map(({ properties }) => properties);
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')).trim(), section] as const),
);
const headingOf = (alarm: { AlarmName: string }) => alarm.AlarmName.replace('partnership-prod: ', '');

describe('every alarm', () => {
  it('has a heading in the runbook, and every heading an alarm', () => {
    expect(alarms.map(headingOf).sort()).toEqual([...sections.keys()].sort());
  });

  it.each(alarms.map((alarm) => [headingOf(alarm), alarm] as const))(
    '%s says whom it hurts, in the words of the runbook, and where to read on',
    (heading, alarm) => {
      const [impact = '', link] = alarm.AlarmDescription.split(' Runbook: ');
      expect(impact.length).toBeGreaterThan(20);
      const section = sections.get(heading)?.replaceAll(/\s+/g, ' ');
      expect(section).toContain(`**For users.** ${impact}`);
      expect(section).toMatch(/\*\*Look\.\*\* [\s\S]+\*\*Fix\.\*\* /);
      expect(link).toBe(`docs/runbook.md#${anchorOf(heading)}`);
    },
  );

  it('goes to the topic, and says when it is over', () => {
    for (const alarm of alarms) {
      expect(alarm.AlarmActions, alarm.AlarmName).toHaveLength(1);
      expect(alarm.OKActions, alarm.AlarmName).toEqual(alarm.AlarmActions);
    }
  });
});

it('the metrics that functions write are watched or drawn by the names that functions use', () => {
  const own = alarms.filter(({ Namespace }) => Namespace === METRIC_NAMESPACE).map((alarm) => alarm.MetricName);
  const drawn = JSON.stringify(of('AWS::CloudWatch::Dashboard')[0]?.properties.DashboardBody);
  for (const name of own) expect(Object.values(MetricName)).toContain(name);
  for (const name of Object.values(MetricName)) expect(drawn, name).toContain(`${METRIC_NAMESPACE}\\",\\"${name}`);
});

it('the topic is encrypted, lets CloudWatch in, and refuses plain HTTP', () => {
  expect(of('AWS::SNS::Topic')[0]?.properties.KmsMasterKeyId).toBeDefined();
  const statements = of('AWS::SNS::TopicPolicy')[0]?.properties.PolicyDocument.Statement;
  expect(statements).toContainEqual(
    expect.objectContaining({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
    }),
  );
  expect(statements).toContainEqual(
    expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
  );
});
