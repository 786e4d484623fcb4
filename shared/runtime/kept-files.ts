import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { environment } from './environment.ts';

/** A file of the bucket, as it is for ever. */
export interface KeptFile {
  readonly bytes: Uint8Array;
  /** In hex. */
  readonly sha256: string;
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** How often a put is tried anew that came into another one's way. */
const ATTEMPTS = 4;

/**
 * Keeps a file, unless there is one of that name: that one stands then, and is what is answered. So whoever keeps the same name, in
 * turn or at the same time, goes on with the same bytes.
 */
export async function keepOnce(
  files: S3Client,
  file: { readonly key: string; readonly bytes: Uint8Array; readonly mediaType: string },
): Promise<KeptFile> {
  for (let attempt = 1; ; attempt++) {
    try {
      await files.send(
        new PutObjectCommand({
          Bucket: environment('filesBucket'),
          Key: file.key,
          Body: file.bytes,
          ContentType: file.mediaType,
          IfNoneMatch: '*',
        }),
      );
      return { bytes: file.bytes, sha256: sha256Of(file.bytes) };
    } catch (error) {
      const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
      const isThere = name === 'PreconditionFailed' || $metadata?.httpStatusCode === 412;
      // Another put of the name is under way, and S3 cannot tell yet which one is first.
      const isContested = name === 'ConditionalRequestConflict' || $metadata?.httpStatusCode === 409;
      if (!isThere && !(isContested && attempt < ATTEMPTS)) throw error;
      const kept = await loadFile(files, file.key);
      if (kept) return kept;
      if (attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt));
    }
  }
}

/** A file of the bucket; undefined where there is none of that name. */
export async function loadFile(files: S3Client, key: string): Promise<KeptFile | undefined> {
  try {
    const { Body } = await files.send(new GetObjectCommand({ Bucket: environment('filesBucket'), Key: key }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    return { bytes, sha256: sha256Of(bytes) };
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') return undefined;
    throw error;
  }
}
