import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { VOCABULARY } from '#shared/reporting/heads.ts';
import type { Standing } from '#shared/reporting/standing.ts';
import { keepOnce, loadFile } from '#shared/runtime/kept-files.ts';
import type { Agenda } from './agenda.ts';
import { agendaFileOf } from './file-names.ts';
import type { Listable } from './material.ts';

/** The form of a kept agenda: another one is another number, and is not read. */
const FORM = 1;
/** Compressing harder takes ten times as long and saves a tenth. */
const QUALITY = 4;

/** Money is a whole number of any length, which JSON has no word for. */
type KeptEntry = Omit<Listable, 'standing'> & {
  readonly standing: Omit<Standing, 'minor'> & { readonly minor?: string };
};
type KeptAgenda = Omit<Agenda, 'entries'> & {
  readonly form: number;
  /** The lists of stages, strands and themes that its words are from. */
  readonly vocabulary: string;
  readonly entries: readonly KeptEntry[];
};

export function encodeAgenda({ entries, ...agenda }: Agenda): Uint8Array {
  const kept: KeptAgenda = {
    form: FORM,
    vocabulary: VOCABULARY,
    ...agenda,
    entries: [...entries.values()].map(({ standing: { minor, ...standing }, ...facts }) => ({
      ...facts,
      standing: { ...standing, ...(minor === undefined ? {} : { minor: String(minor) }) },
    })),
  };
  const params = { [constants.BROTLI_PARAM_QUALITY]: QUALITY };
  return brotliCompressSync(JSON.stringify(kept), { params });
}

/** The inverse of {@link encodeAgenda}; undefined for what another version of the product kept. */
export function decodeAgenda(bytes: Uint8Array): Agenda | undefined {
  const { form, vocabulary, entries, ...agenda } = JSON.parse(brotliDecompressSync(bytes).toString()) as KeptAgenda;
  if (form !== FORM || vocabulary !== VOCABULARY) return undefined;
  // In place: thousands of them were made a moment ago, for this.
  const known = entries.map((facts): [string, Listable] => {
    const standing = facts.standing as { minor?: string | bigint };
    if (standing.minor !== undefined) standing.minor = BigInt(standing.minor);
    return [facts.id, facts as unknown as Listable];
  });
  return { ...agenda, entries: new Map(known) };
}

/** The agenda that a report left; undefined where it left none that can be read. */
export async function loadAgenda(files: S3Client, reportId: string): Promise<Agenda | undefined> {
  const file = await loadFile(files, agendaFileOf(reportId));
  return file && decodeAgenda(file.bytes);
}

export async function keepAgenda(files: S3Client, reportId: string, agenda: Agenda): Promise<void> {
  const bytes = encodeAgenda(agenda);
  await keepOnce(files, { key: agendaFileOf(reportId), bytes, mediaType: 'application/octet-stream' });
}
