/** Buckets, secrets, identities that send mail, groups of schedules. */
import * as z from 'zod';
import type { Bucket, MailModel, ScheduleGroup, TemplateSecret } from '../model.ts';
import { flag, inert, integer, notRun, parseProperties, type ResolvedResource, tags } from '../properties.ts';

const encryption = inert('files of a development run are not encrypted');

const BucketProperties = z.strictObject({
  BucketName: z.string().optional(),
  BucketEncryption: encryption,
  PublicAccessBlockConfiguration: inert('the endpoint listens on this machine only, and every call is checked'),
  OwnershipControls: inert('one account'),
  AccessControl: inert('one account'),
  LifecycleConfiguration: inert('nothing expires on one machine: delete the data directory for a clean start'),
  LoggingConfiguration: inert('there are no access logs'),
  IntelligentTieringConfigurations: inert('a class of storage prices'),
  MetricsConfigurations: inert('there are no metrics'),
  VersioningConfiguration: notRun('the local host keeps no versions of objects'),
  NotificationConfiguration: notRun('the local host sends no notifications of objects'),
  ReplicationConfiguration: notRun('the local host replicates nothing'),
  WebsiteConfiguration: notRun('the local host serves no websites from buckets'),
  ObjectLockEnabled: notRun('the local host locks no objects'),
  CorsConfiguration: notRun('browsers do not speak to the local endpoint'),
  Tags: tags,
});

export function readBucket(resource: ResolvedResource): Bucket {
  parseProperties(BucketProperties, resource);
  return { name: resource.ref, arn: resource.attributes.Arn ?? '' };
}

const SecretProperties = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  SecretString: z.string().optional(),
  GenerateSecretString: z
    .strictObject({
      SecretStringTemplate: z.string().optional(),
      GenerateStringKey: z.string().optional(),
      PasswordLength: integer.default(32),
      ExcludeCharacters: z.string().default(''),
      ExcludeLowercase: flag.default(false),
      ExcludeUppercase: flag.default(false),
      ExcludeNumbers: flag.default(false),
      ExcludePunctuation: flag.default(false),
      IncludeSpace: notRun('the local host draws no spaces'),
      RequireEachIncludedType: flag.default(true),
    })
    .optional(),
  KmsKeyId: encryption,
  ReplicaRegions: notRun('the local host has one region'),
  Type: notRun('secrets that others manage are not run'),
  Tags: tags,
});

export function readSecret(resource: ResolvedResource): TemplateSecret {
  const { Description, SecretString, GenerateSecretString: generate } = parseProperties(SecretProperties, resource);
  return {
    name: resource.attributes.Name ?? '',
    arn: resource.ref,
    ...(Description === undefined ? {} : { description: Description }),
    ...(SecretString === undefined ? {} : { value: SecretString }),
    ...(generate && {
      generate: {
        length: generate.PasswordLength,
        excludedCharacters: generate.ExcludeCharacters,
        excludedSets: (['Lowercase', 'Uppercase', 'Numbers', 'Punctuation'] as const)
          .filter((one) => generate[`Exclude${one}`])
          .map((one) => one.toLowerCase()),
        oneOfEach: generate.RequireEachIncludedType,
        ...(generate.SecretStringTemplate === undefined ? {} : { template: generate.SecretStringTemplate }),
        ...(generate.GenerateStringKey === undefined ? {} : { key: generate.GenerateStringKey }),
      },
    }),
  };
}

const none = inert('mail goes into the outbox of the data directory and nowhere else');

const EmailIdentityProperties = z.strictObject({
  EmailIdentity: z.string(),
  ConfigurationSetAttributes: z.strictObject({ ConfigurationSetName: z.string().optional() }).optional(),
  DkimAttributes: none,
  DkimSigningAttributes: none,
  FeedbackAttributes: none,
  MailFromAttributes: none,
  Tags: tags,
});

const ConfigurationSetProperties = z.strictObject({
  Name: z.string().optional(),
  DeliveryOptions: none,
  ReputationOptions: none,
  SendingOptions: z.strictObject({ SendingEnabled: flag.default(true) }).optional(),
  SuppressionOptions: none,
  TrackingOptions: none,
  VdmOptions: none,
  ArchivingOptions: none,
  Tags: tags,
});

/** From the resources of types `AWS::SES::*`. */
export function readMail(resources: ResolvedResource[]): MailModel {
  const ofType = (type: string) => resources.filter((resource) => resource.origin.type === `AWS::SES::${type}`);
  return {
    identities: ofType('EmailIdentity').map(
      (resource) => parseProperties(EmailIdentityProperties, resource).EmailIdentity,
    ),
    configurationSets: ofType('ConfigurationSet').map((resource) => {
      parseProperties(ConfigurationSetProperties, resource);
      return resource.ref;
    }),
  };
}

const ScheduleGroupProperties = z.strictObject({ Name: z.string().optional(), Tags: tags });

export function readScheduleGroup(resource: ResolvedResource): ScheduleGroup {
  parseProperties(ScheduleGroupProperties, resource);
  return { name: resource.ref, arn: resource.attributes.Arn ?? '' };
}
