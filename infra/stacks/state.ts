import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alerts } from '#infra/constructs/alerts.ts';
import { EventBus } from '#infra/constructs/event-bus.ts';
import { FileStore } from '#infra/constructs/file-store.ts';
import { MailSender } from '#infra/constructs/mail-sender.ts';
import { PeopleStore } from '#infra/constructs/people-store.ts';
import { RecordTable } from '#infra/constructs/record-table.ts';
import { SecretStore } from '#infra/constructs/secret-store.ts';
import { Staff } from '#infra/constructs/staff.ts';
import { contextOf } from '#infra/context.ts';
import { stackName } from '#infra/names.ts';
import type { Stage } from '#infra/stages.ts';
import { addOutputs } from './outputs.ts';

/** What must outlive any deployment: the records, the events, the users, and where alarms go. */
export class StateStack extends Stack {
  readonly alerts: Alerts;
  readonly table: RecordTable;
  readonly people: PeopleStore;
  readonly bus: EventBus;
  readonly staff: Staff;
  readonly files: FileStore;
  readonly secrets: SecretStore;
  /** Where the context names an address to send from. */
  readonly mail: MailSender | undefined;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id, {
      stackName: stackName(stage.name, 'state'),
      description: 'Partnership CRM: table, store of people, bus with archive, user pool, files, alarm topic.',
      terminationProtection: true,
    });
    this.alerts = new Alerts(this, 'Alerts');
    this.table = new RecordTable(this, 'Records', {
      stage,
      alerts: this.alerts,
      throttled: {
        impact: 'Reading and recording are slow, and some requests get 5xx.',
        runbook: 'Table throttles',
      },
    });
    this.people = new PeopleStore(this, 'PeopleStore', {
      stage,
      alerts: this.alerts,
      throttled: {
        impact: 'Contacts cannot be seen, logged or erased for a while.',
        runbook: 'Tables of people throttle',
      },
    });
    this.bus = new EventBus(this, 'Events', {
      stage,
      alerts: this.alerts,
      refusing: {
        impact: 'New records are refused, or other systems do not receive changes.',
        runbook: 'Bus refuses events',
      },
    });
    this.staff = new Staff(this, 'Staff');
    this.files = new FileStore(this, 'Files', { stage });
    this.secrets = new SecretStore(this, 'Secrets', { stage });
    const { mailFrom } = contextOf(this);
    this.mail = mailFrom
      ? new MailSender(this, 'Mail', {
          stage,
          alerts: this.alerts,
          mailFrom,
          returned: { impact: 'A recipient did not get a mail from us.', runbook: 'Mail comes back' },
        })
      : undefined;

    const { signInPage } = this.staff;
    addOutputs(this, {
      TableName: this.table.table.tableName,
      PeopleTableName: this.people.people.tableName,
      PeopleKeysTableName: this.people.keys.tableName,
      BusName: this.bus.bus.eventBusName,
      BusArn: this.bus.bus.eventBusArn,
      ArchiveName: this.bus.archive.archiveName,
      ArchiveArn: this.bus.archive.archiveArn,
      UserPoolId: this.staff.userPool.userPoolId,
      UserPoolClientId: this.staff.client.userPoolClientId,
      FilesBucket: this.files.bucket.bucketName,
      SecretsPrefix: this.secrets.prefix,
      ...(this.mail
        ? {
            MailReturnedArn: this.mail.returned.queueArn,
            MailDnsRecords: this.mail.identity.dkimRecords
              .map(({ name, value }) => `${name} CNAME ${value}`)
              .join(', '),
          }
        : {}),
      ...(signInPage ? { SignInUrl: signInPage.url } : {}),
    });
  }
}
