import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alerts } from '#infra/constructs/alerts.ts';
import { EventBus } from '#infra/constructs/event-bus.ts';
import { RecordTable } from '#infra/constructs/record-table.ts';
import { Staff } from '#infra/constructs/staff.ts';
import type { Stage } from '#infra/stages.ts';

/** What must outlive any deployment: the records, the events, the users, and where alarms go. */
export class StateStack extends Stack {
  readonly alerts: Alerts;
  readonly table: RecordTable;
  readonly bus: EventBus;
  readonly staff: Staff;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id, {
      stackName: `partnership-${stage.name}-state`,
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

    new CfnOutput(this, 'TableName', { value: this.table.table.tableName });
    new CfnOutput(this, 'BusName', { value: this.bus.bus.eventBusName });
    new CfnOutput(this, 'ArchiveName', { value: this.bus.archive.archiveName });
    new CfnOutput(this, 'UserPoolId', { value: this.staff.userPool.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: this.staff.client.userPoolClientId });
  }
}
