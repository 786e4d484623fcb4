import { Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { FunctionCode } from '#infra/bundle.ts';
import { QueueFunction } from '#infra/constructs/queue-function.ts';
import { RuleToQueue } from '#infra/constructs/rule-to-queue.ts';
import { stackName } from '#infra/names.ts';
import type { Stage } from '#infra/stages.ts';
import { patternOf } from '#shared/events/contract.ts';
import { REPORT_PUBLISHED } from '#shared/events/reports.ts';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import type { ApiStack } from './api.ts';
import { addOutputs } from './outputs.ts';
import type { StateStack } from './state.ts';

export interface MailStackProps {
  readonly stage: Stage;
  readonly code: FunctionCode;
  readonly state: StateStack;
  readonly api: ApiStack;
}

/** Sending what was published: after the API, since every mail has a link into it. */
export class MailStack extends Stack {
  /** For the dashboard. */
  readonly parts: { readonly mail: QueueFunction; readonly published: RuleToQueue };

  constructor(scope: Construct, id: string, { stage, code, state, api }: MailStackProps) {
    super(scope, id, {
      stackName: stackName(stage.name, 'mail'),
      description: 'Partnership CRM: mailing of reports.',
    });
    const { alerts, table, bus, files, secrets, mail: sender } = state;
    const house = { stage, code, alerts };

    const mail = new QueueFunction(this, 'Mail', {
      ...house,
      name: 'mail',
      timeout: Duration.seconds(60),
      memorySize: 1024,
      batchSize: 1,
      // SES takes one mail a second until AWS is asked for more.
      maxConcurrency: 2,
      failing: { impact: 'Reports are created but not mailed.', runbook: 'Function mail fails' },
      queue: {
        maxReceiveCount: 5,
        deadLetters: { impact: 'A recipient did not get a report by mail.', runbook: 'Mail queue has dead letters' },
        late: { impact: 'Reports are mailed late.', runbook: 'Mail queue is late' },
        lateAfter: Duration.minutes(30),
      },
    });
    table.lets(mail, { items: ['GetItem', 'PutItem', 'Query'] });
    files.lets(mail, { read: true }, 'reports/');
    secrets.lets(mail, { read: true, write: true }, 'reports/');
    sender?.lets(mail);
    mail.lambda.addEnvironment(EnvironmentName.publicUrl, api.url);

    const published = new RuleToQueue(this, 'Published', {
      ...house,
      bus: bus.bus,
      pattern: patternOf([REPORT_PUBLISHED]),
      queue: mail.work.queue,
      undelivered: { impact: 'A report is not mailed to anyone.', runbook: 'Mail rule has undelivered events' },
    });

    if (sender) {
      // Bounces and complaints are kept with the deliveries that they are of.
      const returned = new Rule(this, 'Returned', { eventPattern: sender.returnedPattern });
      returned.addTarget(
        new SqsQueue(mail.work.queue, {
          deadLetterQueue: published.undelivered,
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      );
    }

    addOutputs(this, {
      MailQueueUrl: mail.work.queue.queueUrl,
      MailDeadLettersArn: mail.work.deadLetters.queueArn,
      MailUndeliveredArn: published.undelivered.queueArn,
    });
    this.parts = { mail, published };
  }
}
