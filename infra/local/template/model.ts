/**
 * What the CloudFormation templates of the app say, in the terms of this local host: every name, ARN and URL resolved, every resource
 * that is run in one of these lists. Nothing here knows how a thing is run.
 */
import type { PolicyDocument } from '../iam.ts';

/** Where a resource stands in the assembly; part of every error message. */
export interface Origin {
  stack: string;
  logicalId: string;
  type: string;
  /** The construct path, for people (`Stateful/Table/Resource`). */
  path: string;
}

export interface KeyElement {
  attribute: string;
  type: 'S' | 'N' | 'B';
  role: 'HASH' | 'RANGE';
}

interface Projection {
  type: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  attributes: string[];
}

export interface Index {
  name: string;
  keys: KeyElement[];
  projection: Projection;
}

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

export interface Table {
  origin: Origin;
  name: string;
  arn: string;
  keys: KeyElement[];
  indexes: Index[];
  stream?: { arn: string; viewType: StreamViewType };
  ttlAttribute?: string;
}

export interface Queue {
  origin: Origin;
  name: string;
  arn: string;
  url: string;
  fifo: boolean;
  visibilityTimeoutSeconds: number;
  retentionSeconds: number;
  delaySeconds: number;
  maximumMessageBytes: number;
  receiveWaitSeconds: number;
  redrive?: { deadLetterArn: string; maxReceiveCount: number };
  /** The queue's resource policy: who else may send to it. */
  policies: PolicyDocument[];
}

export interface Bus {
  origin: Origin;
  name: string;
  arn: string;
}

interface RuleTarget {
  id: string;
  arn: string;
  deadLetterArn?: string;
  maximumRetryAttempts: number;
  maximumEventAgeSeconds: number;
}

export interface Rule {
  origin: Origin;
  name: string;
  arn: string;
  busName: string;
  enabled: boolean;
  pattern: Record<string, unknown>;
  targets: RuleTarget[];
}

export interface Archive {
  origin: Origin;
  name: string;
  arn: string;
  busArn: string;
  pattern?: Record<string, unknown>;
  /** 0 keeps for ever. */
  retentionDays: number;
}

export interface AsynchronousInvocation {
  /** 0 to 2. */
  maximumRetryAttempts: number;
  maximumEventAgeSeconds: number;
  /** Queue that is told of an event that was given up. */
  onFailureArn?: string;
}

export interface FunctionModel {
  origin: Origin;
  name: string;
  /** Short and readable, for log files and commands: the construct path without its stack (`Record`). */
  label: string;
  arn: string;
  /** Directory with the very files that would be zipped and uploaded. */
  codeDirectory: string;
  handler: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMegabytes: number;
  /** More invocations at a time than this are throttled; absent where the template reserves none. */
  reservedConcurrency?: number;
  /** For invocations that nobody waits for. */
  asynchronous: AsynchronousInvocation;
  role: Pick<Role, 'name' | 'arn' | 'policies'>;
  /** Statements of `AWS::Lambda::Permission`: which service may invoke it, for which source ARN pattern. */
  permissions: { principal: string; sourceArn?: string }[];
}

interface EventSource {
  origin: Origin;
  enabled: boolean;
  functionName: string;
  sourceArn: string;
  batchSize: number;
  maximumBatchingWindowSeconds: number;
  reportBatchItemFailures: boolean;
  /** Event patterns; a record is handed on if one of them matches, all where there is none. */
  filters: Record<string, unknown>[];
}

export interface QueueSource extends EventSource {
  maximumConcurrency?: number;
}

export interface StreamSource extends EventSource {
  startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** -1: until the record expires. */
  maximumRetryAttempts: number;
  /** -1: until the record expires. */
  maximumRecordAgeSeconds: number;
  bisectBatchOnFunctionError: boolean;
  /** 0: no window. */
  tumblingWindowSeconds: number;
  parallelizationFactor: number;
  /** Queue that is told of a batch that was given up. */
  onFailureArn?: string;
}

interface JwtAuthorizer {
  issuer: string;
  audience: string[];
}

export interface Route {
  /** `GET /v1/pipeline`, `ANY /x/{proxy+}` or `$default`. */
  routeKey: string;
  functionName: string;
  timeoutMillis: number;
  authorizer?: JwtAuthorizer & { scopes: string[] };
  throttling?: Throttling;
}

export interface Throttling {
  ratePerSecond: number;
  burst: number;
}

export interface Cors {
  allowOrigins: string[];
  allowMethods: string[];
  allowHeaders: string[];
  exposeHeaders: string[];
  allowCredentials: boolean;
  maxAgeSeconds?: number;
}

export interface HttpApi {
  origin: Origin;
  id: string;
  routes: Route[];
  cors?: Cors;
  throttling?: Throttling;
}

export interface Schedule {
  origin: Origin;
  name: string;
  groupName: string;
  arn: string;
  expression: string;
  timeZone: string;
  enabled: boolean;
  targetArn: string;
  /** Absent: the event that Scheduler sends then. */
  input?: string;
  maximumRetryAttempts: number;
  maximumEventAgeSeconds: number;
  deadLetterArn?: string;
  roleArn: string;
  rolePolicies: PolicyDocument[];
}

export interface Role {
  name: string;
  arn: string;
  policies: PolicyDocument[];
  /** Services that may take it on. */
  assumedBy: string[];
}

export interface ScheduleGroup {
  name: string;
  arn: string;
}

export interface Bucket {
  name: string;
  arn: string;
}

/** A secret that the template has; functions make others under their prefix. */
export interface TemplateSecret {
  name: string;
  arn: string;
  description?: string;
  /** What it begins with: given … */
  value?: string;
  /** … or drawn. */
  generate?: GeneratedSecret;
}

/** As `GenerateSecretString` has it. */
export interface GeneratedSecret {
  length: number;
  excludedCharacters: string;
  /** Of `lowercase`, `uppercase`, `numbers`, `punctuation`. */
  excludedSets: string[];
  oneOfEach: boolean;
  /** A JSON object that gets the drawn text under `key`. */
  template?: string;
  key?: string;
}

export interface MailModel {
  /** Addresses and domains that may send. */
  identities: string[];
  configurationSets: string[];
}

export interface UserPool {
  origin: Origin;
  id: string;
  arn: string;
  /** The `iss` of its tokens. */
  issuer: string;
  clients: { id: string; name: string }[];
  groups: string[];
}

interface Inert {
  origin: Origin;
  reason: string;
}

export interface Model {
  account: string;
  region: string;
  tables: Table[];
  queues: Queue[];
  buses: Bus[];
  rules: Rule[];
  archives: Archive[];
  functions: FunctionModel[];
  queueSources: QueueSource[];
  streamSources: StreamSource[];
  apis: HttpApi[];
  schedules: Schedule[];
  scheduleGroups: ScheduleGroup[];
  buckets: Bucket[];
  secrets: TemplateSecret[];
  mail: MailModel;
  /** All of the assembly: a function may hand one to a schedule. */
  roles: Role[];
  userPools: UserPool[];
  /** The outputs of all stacks by their names: how commands find things, here as on AWS. */
  outputs: Record<string, string>;
  /** What stands in the template and does nothing here, and why. */
  inert: Inert[];
}
