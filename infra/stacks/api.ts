import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FunctionCode } from '#infra/bundle.ts';
import { CustomDomain } from '#infra/constructs/custom-domain.ts';
import { HouseFunction } from '#infra/constructs/house-function.ts';
import { HttpDoor } from '#infra/constructs/http-door.ts';
import { contextOf } from '#infra/context.ts';
import { stackName } from '#infra/names.ts';
import type { Stage } from '#infra/stages.ts';
import { OPERATIONS } from '#shared/http/operations.ts';
import { addOutputs } from './outputs.ts';
import type { StateStack } from './state.ts';

export interface ApiStackProps {
  readonly stage: Stage;
  readonly code: FunctionCode;
  readonly state: StateStack;
}

/** How people and programs come in: the HTTP API and the functions behind it. */
export class ApiStack extends Stack {
  /** For the dashboard. */
  readonly parts: { readonly door: HttpDoor; readonly functions: readonly HouseFunction[] };

  constructor(scope: Construct, id: string, { stage, code, state }: ApiStackProps) {
    super(scope, id, {
      stackName: stackName(stage.name, 'api'),
      description: 'Partnership CRM: HTTP API and the functions behind it.',
    });
    const { alerts, table, bus, staff } = state;
    const house = { stage, code, alerts };
    const timeout = Duration.seconds(15);

    const read = new HouseFunction(this, 'Read', {
      ...house,
      name: 'read',
      timeout,
      failing: { impact: 'People cannot see records or the pipeline.', runbook: 'Function read fails' },
    });
    table.lets(read, {
      items: ['GetItem', 'BatchGetItem', 'Query'],
      indexes: ['byEvent', 'byUpdated', 'byEntered', 'byClose', 'byOwner', 'byNoun'],
    });

    const settings = new HouseFunction(this, 'Settings', {
      ...house,
      name: 'settings',
      timeout,
      failing: { impact: 'Rates, places and preferences cannot be changed.', runbook: 'Function settings fails' },
    });
    table.lets(settings, { items: ['GetItem', 'PutItem', 'Query'] });

    const docs = new HouseFunction(this, 'Docs', {
      ...house,
      name: 'docs',
      timeout,
      failing: { impact: 'The description of the API cannot be read.', runbook: 'Function docs fails' },
    });

    const log = new HouseFunction(this, 'Log', {
      ...house,
      name: 'log',
      timeout,
      failing: { impact: 'People cannot log, amend or move anything.', runbook: 'Function log fails' },
    });
    table.lets(log, { items: ['GetItem', 'BatchGetItem', 'PutItem'] });
    bus.letsPublish(log, 'partnership.intake');

    const door = new HttpDoor(this, 'Door', {
      ...house,
      staff,
      operations: OPERATIONS,
      functions: { read, settings, docs, log },
      fallback: 'read',
      failing: { impact: 'People are shown errors.', runbook: 'API answers 5xx' },
    });

    const { domain, certificateArn } = contextOf(this);
    const custom =
      domain && certificateArn
        ? new CustomDomain(this, 'Domain', { api: door.api, apiStage: door.apiStage, domain, certificateArn })
        : undefined;
    addOutputs(this, {
      ApiUrl: domain ? `https://${domain}` : door.api.apiEndpoint,
      ...(custom ? { DomainTarget: custom.target } : {}),
    });
    this.parts = { door, functions: [read, settings, docs, log] };
  }
}
