import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alerts } from '#infra/constructs/alerts.ts';
import { EventBus } from '#infra/constructs/event-bus.ts';
import { RecordTable } from '#infra/constructs/record-table.ts';
import { Staff } from '#infra/constructs/staff.ts';
import { stackName } from '#infra/names.ts';
import type { Stage } from '#infra/stages.ts';
import { addOutputs } from './outputs.ts';

/** What must outlive any deployment: the records, the events, the users, and where alarms go. */
export class StateStack extends Stack {
  readonly alerts: Alerts;
  readonly table: RecordTable;
  readonly bus: EventBus;
  readonly staff: Staff;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id, {
      stackName: stackName(stage.name, 'state'),
      description: 'Partnership CRM: table, bus with archive, user pool, alarm topic.',
      terminationProtection: true,
    });
    this.alerts = new Alerts(this, 'Alerts');
    this.table = new RecordTable(this, 'Records', {
      stage,
      alerts: this.alerts,
      throttled: {
        impact: 'Reading and recording slow down, and some requests are answered 5xx.',
        runbook: 'Table throttles',
      },
    });
    this.bus = new EventBus(this, 'Events', {
      stage,
      alerts: this.alerts,
      refusing: {
        impact: 'What people log is refused, or other systems are not told of changes.',
        runbook: 'Bus refuses events',
      },
    });
    this.staff = new Staff(this, 'Staff');

    const { signInPage } = this.staff;
    addOutputs(this, {
      TableName: this.table.table.tableName,
      BusName: this.bus.bus.eventBusName,
      BusArn: this.bus.bus.eventBusArn,
      ArchiveName: this.bus.archive.archiveName,
      ArchiveArn: this.bus.archive.archiveArn,
      UserPoolId: this.staff.userPool.userPoolId,
      UserPoolClientId: this.staff.client.userPoolClientId,
      ...(signInPage ? { SignInUrl: signInPage.url } : {}),
    });
  }
}
