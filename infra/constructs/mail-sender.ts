import { Aws, Duration } from 'aws-cdk-lib';
import { EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import { ParkingQueue } from './guarded-queue.ts';
import type { AlarmText } from './house-alarm.ts';
import type { HouseFunction } from './house-function.ts';
import type { Surroundings } from './surroundings.ts';

export interface MailSenderProps extends Surroundings {
  /** The address that mail comes from; its domain is what SES verifies. */
  readonly mailFrom: string;
  /** A mail bounced, was taken for spam, or was refused after SES had taken it. */
  readonly returned: AlarmText;
}

/**
 * Sending mail with SES: the domain of the sender, signed by DKIM; a configuration set that insists on TLS, and sends nothing more to
 * an address that bounced or complained; and the queue in which what came back is looked at.
 */
export class MailSender extends Construct {
  readonly identity: EmailIdentity;
  readonly configurationSet: ConfigurationSet;
  /** What SES says of mail that came back. */
  readonly returned: ParkingQueue;
  readonly #mailFrom: string;
  readonly #setName: string;
  readonly #domain: string;

  constructor(scope: Construct, id: string, props: MailSenderProps) {
    super(scope, id);
    this.#mailFrom = props.mailFrom;
    this.#domain = props.mailFrom.slice(props.mailFrom.lastIndexOf('@') + 1).toLowerCase();
    this.#setName = `partnership-${props.stage.name}`;
    this.configurationSet = new ConfigurationSet(this, 'Set', {
      configurationSetName: this.#setName,
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
      reputationMetrics: true,
    });
    this.identity = new EmailIdentity(this, 'Identity', {
      identity: Identity.domain(this.#domain),
      configurationSet: this.configurationSet,
    });

    this.returned = new ParkingQueue(this, 'Returned', { ...props, occupied: props.returned });
    // SES sends to no other bus than the account's default one.
    this.configurationSet.addEventDestination('Returned', {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT, EmailSendingEvent.REJECT],
    });
    const rule = new Rule(this, 'ReturnedRule', { eventPattern: this.returnedPattern });
    rule.addTarget(new SqsQueue(this.returned, { retryAttempts: 185, maxEventAge: Duration.hours(24) }));
  }

  /** What SES says of mail that came back, on the account's default bus. */
  get returnedPattern(): EventPattern {
    return { source: ['aws.ses'], detail: { mail: { tags: { 'ses:configuration-set': [this.#setName] } } } };
  }

  /** Lets a function send mail from this address; tells it the address and the configuration set. */
  lets(fn: HouseFunction): void {
    fn.lambda.addEnvironment(EnvironmentName.mailFrom, this.#mailFrom);
    fn.lambda.addEnvironment(EnvironmentName.mailConfigurationSet, this.#setName);
    const arn = (resource: string) => `arn:${Aws.PARTITION}:ses:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
    fn.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['ses:SendEmail', 'ses:SendRawEmail'],
        resources: [arn(`identity/${this.#domain}`), arn(`configuration-set/${this.#setName}`)],
        conditions: { StringEquals: { 'ses:FromAddress': this.#mailFrom } },
      }),
    );
  }
}
