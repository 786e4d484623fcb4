import type { S3Client } from '@aws-sdk/client-s3';
import { loadFile } from '#shared/runtime/kept-files.ts';
import { fileOf } from './file-names.ts';
import type { Report } from './report.ts';

/** A report as it was kept, by its id; undefined where none is. */
export async function keptReport(files: S3Client, id: string): Promise<Report | undefined> {
  const file = await loadFile(files, fileOf(id, { form: 'json' }));
  return file && parseReport(file.bytes);
}

export const parseReport = (bytes: Uint8Array): Report => JSON.parse(new TextDecoder().decode(bytes)) as Report;
