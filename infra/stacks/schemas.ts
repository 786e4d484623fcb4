import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { EventSchemas } from '#infra/constructs/event-schemas.ts';
import { stackName } from '#infra/names.ts';
import type { Stage } from '#infra/stages.ts';
import { CATALOGUE } from '#shared/events/catalogue.ts';

/** The forms of the events for those who subscribe from outside. By itself, since it is large and nothing depends on it. */
export class SchemasStack extends Stack {
  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id, {
      stackName: stackName(stage.name, 'schemas'),
      description: 'Partnership CRM: schema registry of the events.',
    });
    new EventSchemas(this, 'Events', { registryName: `partnership-${stage.name}`, contracts: CATALOGUE });
  }
}
