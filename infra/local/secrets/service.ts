/** Secrets Manager over JSON 1.1 (`x-amz-target: secretsmanager.GetSecretValue` and so on). */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { done, failure, refusal, unsupported, WireFault } from '../wire/answers.ts';
import type { RequiredGrant, WireService } from '../wire/types.ts';
import { secretArn } from './arn.ts';
import type { Secret, SecretStore, SecretVersion } from './store.ts';

const namespace = 'com.amazonaws.secretsmanager';
const largestBytes = 65_536;

const Tags = z.array(z.object({ Key: z.string().min(1), Value: z.string() }));
const Value = z.object({
  SecretString: z.string().min(1).optional(),
  SecretBinary: z.base64().optional(),
  ClientRequestToken: z.string().min(32).max(64).optional(),
});
const Create = Value.extend({
  Name: z.string().regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/),
  Description: z.string().max(2048).optional(),
  KmsKeyId: z.string().optional(),
  Tags: Tags.default([]),
});
const Put = Value.extend({ VersionStages: z.array(z.string()).min(1).max(20).default(['AWSCURRENT']) });
const Update = Value.extend({ Description: z.string().max(2048).optional(), KmsKeyId: z.string().optional() });
const Get = z.object({ VersionId: z.string().optional(), VersionStage: z.string().optional() });
const Delete = z.object({
  RecoveryWindowInDays: z.number().int().min(7).max(30).optional(),
  ForceDeleteWithoutRecovery: z.boolean().default(false),
});

export interface SecretsOptions {
  store: SecretStore;
  account: string;
  region: string;
  clock?: () => number;
}

type Operation = (options: SecretsOptions, secret: Secret, body: unknown) => unknown;

const onSecret: Record<string, Operation> = {
  PutSecretValue: ({ store }, secret, body) => {
    const given = parse(Put, body);
    return { ...names(secret), ...addVersion(store, secret, given, given.VersionStages) };
  },
  UpdateSecret: ({ store }, secret, body) => {
    const given = parse(Update, body);
    if (given.Description !== undefined) store.describe(secret.name, given.Description);
    const valued = given.SecretString !== undefined || given.SecretBinary !== undefined;
    const version = valued ? addVersion(store, secret, given, ['AWSCURRENT']) : {};
    return { ...names(secret), ...('VersionId' in version ? { VersionId: version.VersionId } : {}) };
  },
  GetSecretValue: ({ store }, secret, body) => {
    const { VersionId: id, VersionStage: stage } = parse(Get, body);
    const wanted = stage ?? (id === undefined ? 'AWSCURRENT' : undefined);
    const found = store
      .versions(secret.name)
      .find((one) => (id === undefined || one.id === id) && (wanted === undefined || one.stages.includes(wanted)));
    if (!found)
      throw notFound(
        `Secrets Manager can't find the specified secret value for ${id ? `VersionId: ${id}` : `staging label: ${wanted}`}`,
      );
    return {
      ...names(secret),
      VersionId: found.id,
      VersionStages: found.stages,
      CreatedDate: found.createdAt / 1000,
      ...(found.text === undefined ? {} : { SecretString: found.text }),
      ...(found.binary === undefined ? {} : { SecretBinary: found.binary.toString('base64') }),
    };
  },
  DescribeSecret: ({ store }, secret) => ({
    ...names(secret),
    ...(secret.description === undefined ? {} : { Description: secret.description }),
    CreatedDate: secret.createdAt / 1000,
    LastChangedDate: secret.changedAt / 1000,
    ...(secret.deletedAt === undefined ? {} : { DeletedDate: secret.deletedAt / 1000 }),
    Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
    VersionIdsToStages: Object.fromEntries(store.versions(secret.name).map(({ id, stages }) => [id, stages])),
  }),
  TagResource: ({ store }, secret, body) => {
    const { Tags: tags } = parse(z.object({ Tags }), body);
    store.tag(secret.name, Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])));
  },
  DeleteSecret: ({ store, clock = Date.now }, secret, body) => {
    const { ForceDeleteWithoutRecovery: force, RecoveryWindowInDays: days } = parse(Delete, body);
    if (force && days !== undefined)
      throw new WireFault(
        'InvalidParameterException',
        'RecoveryWindowInDays and ForceDeleteWithoutRecovery exclude each other.',
      );
    const at = clock() + (force ? 0 : (days ?? 30) * 86_400_000);
    if (force) store.erase(secret.name);
    else store.remove(secret.name, at);
    return { ...names(secret), DeletionDate: at / 1000 };
  },
};
/** Answered for a secret that is marked for deletion, too. */
const evenDeleted = ['DescribeSecret', 'DeleteSecret'];

export function secretsService(options: SecretsOptions): WireService {
  const { store, account, region, clock = Date.now } = options;
  const find = (body: unknown): Secret | undefined => {
    const secret = store.find(idOf(body));
    if (secret?.deletedAt === undefined || secret.deletedAt > clock()) return secret;
    store.erase(secret.name);
    return undefined;
  };
  const run = (operation: string, body: unknown): unknown => {
    if (operation === 'CreateSecret') return create(options, find, body);
    const perform = Object.hasOwn(onSecret, operation) ? onSecret[operation] : undefined;
    if (!perform) throw unsupported('secretsmanager', operation);
    const secret = find(body);
    if (!secret) throw notFound("Secrets Manager can't find the specified secret.");
    if (secret.deletedAt !== undefined && !evenDeleted.includes(operation))
      throw new WireFault(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    return perform(options, secret, body);
  };
  return {
    async handle(operation, body) {
      try {
        return done(run(operation, body) ?? {});
      } catch (error) {
        if (error instanceof WireFault) return refusal(error, namespace);
        return failure(error, 'InternalServiceError', namespace);
      }
    },
    resources(operation, body): RequiredGrant[] {
      if (operation !== 'CreateSecret' && !Object.hasOwn(onSecret, operation)) return [];
      const id = idOf(body);
      const resource = id.startsWith('arn:') ? id : (store.find(id)?.arn ?? secretArn(account, region, id));
      const tagged = operation === 'CreateSecret' && (body as { Tags?: unknown[] }).Tags?.length;
      return [operation, ...(tagged ? ['TagResource'] : [])].map((one) => ({
        action: `secretsmanager:${one}`,
        resource,
      }));
    },
  };
}

function create(
  { store, account, region }: SecretsOptions,
  find: (body: unknown) => Secret | undefined,
  body: unknown,
) {
  const given = parse(Create, body);
  const { Name: name, ClientRequestToken: id } = given;
  const there = find(body);
  const valued = given.SecretString !== undefined || given.SecretBinary !== undefined;
  if (there?.deletedAt !== undefined)
    throw new WireFault(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  // The same request once more, because its answer got lost, is no conflict.
  const known = there && store.versions(name).find((version) => version.id === id && sameValue(version, given));
  if (there && known) return { ...names(there), VersionId: known.id };
  if (there)
    throw new WireFault('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
  if (valued) checkSize(given);
  const arn = secretArn(account, region, name);
  store.create({
    name,
    arn,
    description: given.Description,
    tags: Object.fromEntries(given.Tags.map(({ Key, Value }) => [Key, Value])),
  });
  const version = valued ? addVersion(store, { name }, given, ['AWSCURRENT']) : {};
  return { ARN: arn, Name: name, ...('VersionId' in version ? { VersionId: version.VersionId } : {}) };
}

function addVersion(
  store: SecretStore,
  { name }: Pick<Secret, 'name'>,
  given: z.infer<typeof Value>,
  stages: string[],
) {
  checkSize(given);
  const id = given.ClientRequestToken ?? randomUUID();
  const known = store.versions(name).find((version) => version.id === id);
  if (known && !sameValue(known, given))
    throw new WireFault(
      'ResourceExistsException',
      'A resource with the ID you requested already exists: this ClientRequestToken was used with another value.',
    );
  if (!known) {
    const binary = given.SecretBinary === undefined ? undefined : Buffer.from(given.SecretBinary, 'base64');
    store.addVersion(name, id, { text: given.SecretString, binary }, stages);
  }
  return { VersionId: id, VersionStages: known?.stages ?? stages };
}

function checkSize({ SecretString: text, SecretBinary: binary }: z.infer<typeof Value>): void {
  if ((text === undefined) === (binary === undefined))
    throw new WireFault('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
  if (Buffer.byteLength(text ?? binary ?? '') > largestBytes)
    throw new WireFault('InvalidParameterException', `A secret has at most ${largestBytes} bytes.`);
}

function sameValue(
  version: SecretVersion,
  { SecretString: text, SecretBinary: binary }: z.infer<typeof Value>,
): boolean {
  return version.text === text && version.binary?.toString('base64') === binary;
}

function idOf(body: unknown): string {
  const { SecretId, Name } = (body ?? {}) as { SecretId?: unknown; Name?: unknown };
  return typeof SecretId === 'string' ? SecretId : typeof Name === 'string' ? Name : '';
}

const names = ({ arn, name }: Secret) => ({ ARN: arn, Name: name });
const notFound = (message: string) => new WireFault('ResourceNotFoundException', message);

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new WireFault('InvalidParameterException', z.prettifyError(parsed.error));
  return parsed.data;
}
