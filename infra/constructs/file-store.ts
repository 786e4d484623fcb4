import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Stage } from '#infra/stages.ts';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import { FILE_PREFIXES, type FilePrefix } from '#shared/runtime/files.ts';
import type { HouseFunction } from './house-function.ts';
import { acknowledgeWildcard } from './wildcard.ts';

export interface FileAccess {
  /** Get objects, and list their keys: a reader that may not list is told 403 of what does not exist. */
  readonly read?: boolean;
  /** Put objects, also in the place of others unless the call says `If-None-Match: *`. */
  readonly write?: boolean;
  readonly remove?: boolean;
}

/**
 * The one bucket: private, encrypted, reached by TLS only, kept when its stack goes. What is in it is told apart by prefix, each with
 * its own life cycle and its own grants. It has no alarm: S3 counts requests for a charge, and a function that cannot reach it fails.
 */
export class FileStore extends Construct {
  readonly bucket: Bucket;
  readonly #name: string;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id);
    // A name of its own, so that the grants of other stacks can be read, and their wildcards answered for by name.
    this.#name = `partnership-${stage.name}-files-${Aws.ACCOUNT_ID}-${Aws.REGION}`;
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName: this.#name,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [
        { id: 'parts', abortIncompleteMultipartUploadAfter: Duration.days(1) },
        ...Object.values(FILE_PREFIXES).flatMap(({ prefix, expiresAfterDays }) =>
          expiresAfterDays === undefined
            ? []
            : [{ id: prefix.replace('/', ''), prefix, expiration: Duration.days(expiresAfterDays) }],
        ),
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only functions of this product reach it, and each logs what it does. Who wants every request on record turns on CloudTrail data events.',
    });
  }

  /** Lets a function do these things to the files under one prefix, or a part of one; tells it the bucket's name. */
  lets(fn: HouseFunction, { read = false, write = false, remove = false }: FileAccess, prefix: FilePrefix): void {
    fn.lambda.addEnvironment(EnvironmentName.filesBucket, this.#name);
    const bucket = `arn:${Aws.PARTITION}:s3:::${this.#name}`;
    const under = `${bucket}/${prefix}*`;
    const actions = [
      ...(read ? ['s3:GetObject'] : []),
      ...(write ? ['s3:PutObject'] : []),
      ...(remove ? ['s3:DeleteObject'] : []),
    ];
    fn.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources: [under] }));
    acknowledgeWildcard(fn, under, `Keys under ${prefix} are made while the product runs: one for each file.`);
    if (!read) return;
    fn.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucket],
        // "IfExists": a get of what does not exist is answered by this permission, too, and has no prefix.
        conditions: { StringLikeIfExists: { 's3:prefix': `${prefix}*` } },
      }),
    );
  }
}
