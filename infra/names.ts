/**
 * The names by which commands find what was deployed: stages, stacks and their outputs. The stacks make them and `infra/operate` reads
 * them; it stands apart from the CDK library, which a command need not load.
 */

export const STAGE_NAMES = ['dev', 'prod'] as const;
export type StageName = (typeof STAGE_NAMES)[number];

export type StackId = 'state' | 'recording' | 'reports' | 'api' | 'mail' | 'operations' | 'schemas';

export const stackName = (stage: StageName, stack: StackId): string => `partnership-${stage}-${stack}`;

/** Outputs of the stacks; no two stacks have one of the same name. */
export const OutputName = {
  tableName: 'TableName',
  peopleTableName: 'PeopleTableName',
  peopleKeysTableName: 'PeopleKeysTableName',
  busName: 'BusName',
  busArn: 'BusArn',
  archiveName: 'ArchiveName',
  archiveArn: 'ArchiveArn',
  userPoolId: 'UserPoolId',
  userPoolClientId: 'UserPoolClientId',
  signInUrl: 'SignInUrl',
  intakeRuleArn: 'IntakeRuleArn',
  recordQueueUrl: 'RecordQueueUrl',
  recordDeadLettersArn: 'RecordDeadLettersArn',
  intakeUndeliveredArn: 'IntakeUndeliveredArn',
  relateDeadLettersArn: 'RelateDeadLettersArn',
  relateUndeliveredArn: 'RelateUndeliveredArn',
  deliverDeadLettersArn: 'DeliverDeadLettersArn',
  outcomesUndeliveredArn: 'OutcomesUndeliveredArn',
  projectGaveUpArn: 'ProjectGaveUpArn',
  publishGaveUpArn: 'PublishGaveUpArn',
  reconcileLostArn: 'ReconcileLostArn',
  sweepLostArn: 'SweepLostArn',
  sweepFunctionName: 'SweepFunctionName',
  publishFunctionName: 'PublishFunctionName',
  reconcileFunctionName: 'ReconcileFunctionName',
  reportFunctionName: 'ReportFunctionName',
  reportLostArn: 'ReportLostArn',
  reportSchedulesLostArn: 'ReportSchedulesLostArn',
  reportRequestsDeadLettersArn: 'ReportRequestsDeadLettersArn',
  mailQueueUrl: 'MailQueueUrl',
  mailDeadLettersArn: 'MailDeadLettersArn',
  mailUndeliveredArn: 'MailUndeliveredArn',
  apiUrl: 'ApiUrl',
  domainTarget: 'DomainTarget',
  dashboardName: 'DashboardName',
  filesBucket: 'FilesBucket',
  secretsPrefix: 'SecretsPrefix',
  mailReturnedArn: 'MailReturnedArn',
  mailDnsRecords: 'MailDnsRecords',
} as const;
export type OutputName = (typeof OutputName)[keyof typeof OutputName];
