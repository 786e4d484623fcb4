/** `ListObjectsV2`. */
import { RestFault } from '../wire/rest.ts';
import type { ObjectFacts, ObjectStore } from './store.ts';
import { xml } from './xml.ts';

/** `demand` is told the condition keys of the call, and throws where it is not granted. */
export function listObjects(
  store: ObjectStore,
  bucket: string,
  query: URLSearchParams,
  demand: (context: Record<string, string>) => void,
): string {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token');
  const asked = Number(query.get('max-keys') ?? 1000);
  demand({
    ...(query.has('prefix') ? { 's3:prefix': prefix } : {}),
    ...(delimiter ? { 's3:delimiter': delimiter } : {}),
    's3:max-keys': String(asked),
  });
  if (!Number.isInteger(asked) || asked < 0) throw new RestFault(400, 'InvalidArgument', 'max-keys is a whole number');
  const limit = Math.min(asked, 1000);
  const after = token ? Buffer.from(token, 'base64url').toString('utf8') : (query.get('start-after') ?? '');
  const { contents, prefixes, last } = collect(store, bucket, prefix, delimiter, after, limit);
  const shown = query.get('encoding-type') === 'url' ? encodeURIComponent : (text: string) => text;
  return xml('ListBucketResult', {
    Name: bucket,
    Prefix: shown(prefix),
    ...(delimiter ? { Delimiter: shown(delimiter) } : {}),
    ...(query.has('encoding-type') ? { EncodingType: query.get('encoding-type') ?? '' } : {}),
    MaxKeys: limit,
    KeyCount: contents.length + prefixes.length,
    IsTruncated: last !== undefined,
    ...(token ? { ContinuationToken: token } : {}),
    ...(last === undefined ? {} : { NextContinuationToken: Buffer.from(last).toString('base64url') }),
    Contents: contents.map(({ key, size, etag, modifiedAt }) => ({
      Key: shown(key),
      LastModified: new Date(modifiedAt).toISOString(),
      ETag: `"${etag}"`,
      Size: size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: prefixes.map((one) => ({ Prefix: shown(one) })),
  });
}

/** `last`: where the next page goes on; undefined where there is none. */
function collect(store: ObjectStore, bucket: string, prefix: string, delimiter: string, from: string, limit: number) {
  const contents: ObjectFacts[] = [];
  const prefixes: string[] = [];
  let after = from;
  for (;;) {
    const page = store.list(bucket, prefix, after, 1000);
    for (const facts of page) {
      const cut = delimiter ? facts.key.indexOf(delimiter, prefix.length) : -1;
      const common = cut < 0 ? undefined : facts.key.slice(0, cut + delimiter.length);
      const isNew = common === undefined || !(prefixes.includes(common) || from.startsWith(common));
      if (isNew && contents.length + prefixes.length >= limit)
        return { contents, prefixes, ...(limit > 0 ? { last: after } : {}) };
      after = facts.key;
      if (common === undefined) contents.push(facts);
      else if (isNew) prefixes.push(common);
    }
    if (page.length < 1000) return { contents, prefixes };
  }
}
