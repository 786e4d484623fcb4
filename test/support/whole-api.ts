import { S3Client } from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, vi } from 'vitest';
import type { HttpFunction } from '#shared/http/operation.ts';
import { REPORT_EXAMPLE } from '#shared/http/report-example.ts';
import { makeReport } from '#shared/reports/publish.ts';
import type { Report } from '#shared/reports/report.ts';
import { ReportRequest } from '#shared/reports/request.ts';
import type { Client } from './client.ts';
import { useFunctionEnvironment } from './function-world.ts';
import { caller, type RequestOptions } from './http-request.ts';
import { httpWorld } from './http-world.ts';
import { memoryFiles } from './memory-files.ts';
import { mockClient } from './mock-client.ts';
import { peopleTables } from './people-tables.ts';

const ENTRIES: Record<HttpFunction, () => Promise<{ handler: unknown }>> = {
  read: () => import('#functions/api/read.ts'),
  around: () => import('#functions/api/around.ts'),
  settings: () => import('#functions/api/settings.ts'),
  docs: () => import('#functions/api/docs.ts'),
  log: () => import('#functions/intake/log.ts'),
  webhook: () => import('#functions/intake/webhook.ts'),
  partners: () => import('#functions/api/partners.ts'),
  subscriptions: () => import('#functions/api/subscriptions.ts'),
  reports: () => import('#functions/api/reports.ts'),
  contacts: () => import('#functions/api/contacts.ts'),
  organisations: () => import('#functions/api/organisations.ts'),
};

const ENVIRONMENT = {
  PEOPLE_TABLE_NAME: 'people',
  PEOPLE_KEYS_TABLE_NAME: 'people-keys',
  SECRETS_PREFIX: 'partnership/test/',
  FILES_BUCKET: 'files',
  DELIVER_QUEUE_URL: 'https://deliver',
  REPORT_QUEUE_URL: 'https://reports',
  SCHEDULE_GROUP: 'reports',
  SCHEDULE_ROLE_ARN: 'arn:role',
  SCHEDULE_TARGET_ARN: 'arn:report',
  SCHEDULE_LOST_ARN: 'arn:lost',
  SIGN_IN_URL: 'https://sign-in',
  SIGN_IN_CLIENT_ID: 'client',
  WEBHOOK_TRIAL_HOSTS: 'hooks.jitri.example.org',
};

const failure = (name: string) => Object.assign(new Error(name), { name });

/**
 * Every function of the API at once, over tables and services in memory: what is put on the bus is recorded, and a report that is asked
 * for is there, with the figures of the example.
 */
export function wholeApi() {
  const world = httpWorld();
  const [s3, scheduler, secrets] = [
    mockClient(S3Client),
    mockClient(SchedulerClient),
    mockClient(SecretsManagerClient),
  ];
  const handlers = {} as Record<HttpFunction, never>;

  beforeAll(async () => {
    useFunctionEnvironment();
    for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value);
    vi.useFakeTimers({ toFake: ['Date'] });
    world.reset({ pageSize: 100 });
    servePeople();
    serveSecrets();
    serveReports();
    for (const [name, load] of Object.entries(ENTRIES))
      handlers[name as HttpFunction] = (await load()).handler as never;
  });

  function servePeople(): void {
    const people = peopleTables();
    world.table.send.callsFake((command) => {
      const input = command.input as unknown as Record<string, unknown>;
      return people.takes(input)
        ? (people.send(command.constructor.name, input) as never)
        : world.kept.client.send(command as never);
    });
  }

  function serveSecrets(): void {
    const texts = new Map<string, string>();
    secrets.on(GetSecretValueCommand).callsFake(({ SecretId }) => {
      if (!texts.has(SecretId)) throw failure('ResourceNotFoundException');
      return { SecretString: texts.get(SecretId) };
    });
    secrets.on(CreateSecretCommand).callsFake(({ Name, SecretString }) => {
      if (texts.has(Name)) throw failure('ResourceExistsException');
      texts.set(Name, SecretString);
      return {};
    });
    secrets.on(PutSecretValueCommand).callsFake(({ SecretId, SecretString }) => {
      if (!texts.has(SecretId)) throw failure('ResourceNotFoundException');
      texts.set(SecretId, SecretString);
      return {};
    });
  }

  function serveReports(): void {
    const files = memoryFiles();
    s3.send.callsFake((command) => files.client.send(command as never));
    scheduler.on(GetScheduleCommand).rejects(failure('ResourceNotFoundException'));
    const make = async (request: ReportRequest) => {
      const { id, series, basis, corrects = null, cutOff } = request;
      const period = { from: null, to: cutOff, timeZone: 'Europe/London' };
      const report = { ...REPORT_EXAMPLE, id, series, basis, corrects, period } as unknown as Report;
      const toJson = (of: Report) => new TextEncoder().encode(JSON.stringify(of));
      const parts = { table: world.kept.client, files: files.client, clock: Date.now, draw: async () => [], toJson };
      await makeReport({ ...parts, compose: async () => report }, request);
    };
    world.queue.on(SendMessageCommand).callsFake(async ({ QueueUrl, MessageBody = '' }) => {
      if (QueueUrl === ENVIRONMENT.REPORT_QUEUE_URL) await make(ReportRequest.parse(JSON.parse(MessageBody)));
      return { MessageId: 'sent' };
    });
  }

  const call = caller((fn) => handlers[fn as HttpFunction]);

  /** A client as tests over HTTP have it; without a role, one without a token. */
  async function clientOf(role: string | undefined, user: string): Promise<Client> {
    const ask = async (what: string, options: RequestOptions) => {
      const { status, body, headers } = await call(what, { as: role ?? null, user, ...options });
      return { status, body, headers: new Headers(headers) };
    };
    const merging = { 'content-type': 'application/merge-patch+json' };
    return {
      get: (path, headers = {}) => ask(`GET ${path}`, { headers }),
      post: (path, body = {}, headers = {}) => ask(`POST ${path}`, { body, headers }),
      put: (path, body, headers = {}) => ask(`PUT ${path}`, { body, headers }),
      patch: (path, body, headers = {}) => ask(`PATCH ${path}`, { body, headers: { ...merging, ...headers } }),
    };
  }
  return { world, clientOf };
}
