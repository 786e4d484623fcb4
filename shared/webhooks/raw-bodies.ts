import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { environment } from '#shared/runtime/environment.ts';
import { FILE_PREFIXES } from '#shared/runtime/files.ts';

/** Where the body of a message is kept, as it came. It may name people, so it is nowhere else, and is deleted after a time. */
interface RawBody {
  readonly partner: string;
  readonly deliveryId: string;
}

const keyOf = ({ partner, deliveryId }: RawBody) => `${FILE_PREFIXES.webhooks.prefix}${partner}/${deliveryId}`;

/** How often a body is put anew while a repeat of the message puts it at the same time. */
const ATTEMPTS = 4;

/** Keeps the body of a message. False where a repeat of it has kept it already: the first one stands. */
export async function keepRawBody(files: S3Client, of: RawBody, body: Buffer, contentType?: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      await files.send(
        new PutObjectCommand({
          Bucket: environment('filesBucket'),
          Key: keyOf(of),
          Body: body,
          IfNoneMatch: '*',
          ...(contentType ? { ContentType: contentType } : {}),
        }),
      );
      return true;
    } catch (error) {
      const { name } = error as Error;
      if (name === 'PreconditionFailed') return false;
      if (name !== 'ConditionalRequestConflict' || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Stores the body of a message in place of whatever is stored under its id. */
export async function putRawBody(files: S3Client, of: RawBody, body: Buffer, contentType?: string): Promise<void> {
  await files.send(
    new PutObjectCommand({
      Bucket: environment('filesBucket'),
      Key: keyOf(of),
      Body: body,
      ...(contentType ? { ContentType: contentType } : {}),
    }),
  );
}

/** The body of a message; undefined where it has been deleted. */
export async function loadRawBody(files: S3Client, of: RawBody): Promise<Buffer | undefined> {
  try {
    const { Body } = await files.send(new GetObjectCommand({ Bucket: environment('filesBucket'), Key: keyOf(of) }));
    return Body && Buffer.from(await Body.transformToByteArray());
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') return undefined;
    throw error;
  }
}
