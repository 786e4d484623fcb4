import { readFileSync } from 'node:fs';
import { Alarm, type AlarmProps, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { contextOf } from '#infra/context.ts';
import type { Surroundings } from './surroundings.ts';

/** What a person who is woken by an alarm needs to know; no alarm is made without it. */
export interface AlarmText {
  /** What it means for users, in one sentence. */
  readonly impact: string;
  /** A heading of docs/runbook.md, which is the alarm's name as well: how to look and how to mend. */
  readonly runbook: string;
}

export interface HouseAlarmProps
  extends Surroundings,
    AlarmText,
    Pick<
      AlarmProps,
      'threshold' | 'evaluationPeriods' | 'datapointsToAlarm' | 'treatMissingData' | 'comparisonOperator'
    > {
  readonly metric: IMetric;
}

/**
 * An alarm that says whom it hurts and where its mending is written. Fires at or above the threshold; no data is no alarm, unless
 * said otherwise.
 * @throws at synthesis, where the runbook has no such heading
 */
export class HouseAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: HouseAlarmProps) {
    const { stage, alerts, impact, runbook, ...alarm } = props;
    if (!runbookHeadings().has(runbook))
      throw new Error(`docs/runbook.md has no heading "${runbook}" for the alarm ${scope.node.path}/${id}.`);
    super(scope, id, {
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...alarm,
      alarmName: `partnership-${stage.name}: ${runbook}`,
      alarmDescription: `${impact} Runbook: ${runbookUrl(scope)}#${anchorOf(runbook)}`,
    });
    this.addAlarmAction(alerts.action);
    this.addOkAction(alerts.action);
  }
}

/** The second-level headings of docs/runbook.md. */
function runbookHeadings(): ReadonlySet<string> {
  const text = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
  return new Set([...text.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading.trim()));
}

/** Where the runbook can be read: the context value `runbookUrl`, else its path in the repository. */
export function runbookUrl(scope: Construct): string {
  return contextOf(scope).runbookUrl ?? 'docs/runbook.md';
}

/** The fragment by which Markdown viewers know a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
