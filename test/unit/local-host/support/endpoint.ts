import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { dynamoClient } from '#infra/local/dynamodb/client.ts';
import { callersOf } from '#infra/local/endpoint/callers.ts';
import { listenEndpoint } from '#infra/local/endpoint/server.ts';
import type { PolicyDocument, PolicyStatement } from '#infra/local/iam.ts';
import type { FunctionModel } from '#infra/local/template/model.ts';
import { jsonFault, type RestService } from '#infra/local/wire/rest.ts';
import type { WireService } from '#infra/local/wire/types.ts';

export const region = 'eu-west-2';
export const account = '000000000000';

interface Services {
  events: WireService;
  queues: WireService;
  secrets: WireService;
  streams: WireService;
  files: RestService;
  mail: RestService;
  schedules: RestService;
}

/** Answers nothing: for tests of other services. */
export function otherServices(): Omit<Services, 'events' | 'queues'> {
  const wire: WireService = { handle: async () => ({ status: 501, body: {} }), resources: () => [] };
  const rest: RestService = { handle: async () => jsonFault(501, 'None', 'none'), fault: jsonFault };
  return { secrets: wire, streams: wire, files: rest, mail: rest, schedules: rest };
}

/**
 * The endpoint with these services, on a port of its own. Each role of `roles` is a function of that name with these statements; `as` gives
 * what an SDK client of it is opened with.
 */
export async function endpointWith(services: Partial<Services>, roles: Record<string, PolicyStatement[]>) {
  const functions = Object.entries(roles).map(([name, Statement]) => {
    const policies: PolicyDocument[] = [{ Version: '2012-10-17', Statement }];
    return { name, role: { name: `${name}Role`, arn: 'x', policies } } as FunctionModel;
  });
  const callers = callersOf(functions, account, 'control-key');
  const endpoint = await listenEndpoint();
  const dynamo = dynamoClient(new URL('http://127.0.0.1:9'), 'KEY', region);
  const none = otherServices();
  endpoint.serve({
    account,
    region,
    callers,
    dynamo,
    events: none.secrets,
    queues: none.secrets,
    ...none,
    ...services,
    onWrite: () => {},
    control: async () => {},
    log: () => {},
  });
  onTestFinished(async () => {
    dynamo.close();
    await endpoint.close();
  });
  return {
    endpoint,
    as: (name: string) => ({
      region,
      endpoint: endpoint.origin,
      credentials: callers.credentialsOf(name),
      maxAttempts: 1,
    }),
  };
}

export const allow = (Action: string[], ...Resource: string[]): PolicyStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

export const scratch = (): string => mkdtempSync(join(tmpdir(), 'local-services-'));
