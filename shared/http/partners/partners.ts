import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Partner, PutPartner } from '#shared/domain/partner/partner.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { keys } from '#shared/store/keys.ts';
import { listPartners as loadAll, loadPartner, loadPartnerSetting } from '#shared/store/partners.ts';
import { writeSetting } from '#shared/store/settings.ts';
import type { Evaluator } from '#shared/webhooks/jsonata/evaluator.ts';
import type { Secrets } from '#shared/webhooks/secrets.ts';
import { type Answer, etagOf, notFound, stale } from '../answer.ts';
import type { Call } from '../call.ts';
import { canonical } from '../canonical.ts';
import { matches } from '../headers.ts';
import { resolveReferences } from '../intake/references.ts';
import { pageOfAll } from '../page.ts';
import { ProblemError } from '../problems.ts';
import { claim } from '../settings/claim.ts';
import { viewerIn } from '../sight.ts';

/** What the calls about partners and their messages work on. */
export interface Partnering {
  readonly table: DynamoDBDocumentClient;
  readonly bus: EventBridgeClient;
  readonly files: S3Client;
  readonly secrets: Secrets;
  readonly evaluator: Pick<Evaluator, 'compile' | 'evaluate'>;
  /** As the door has it: under which name the API is known, where that is not the gateway's own. */
  readonly publicUrl: string | undefined;
}

/** The partner that a call's path names. */
export async function partnerOf(table: DynamoDBDocumentClient, call: Call): Promise<Partner> {
  const partner = await loadPartner(table, call.params['id'] ?? '');
  if (!partner) throw notFound('There is no such partner.');
  return partner;
}

/** `GET /v1/partners/{id}` */
export async function readPartner({ table }: Pick<Partnering, 'table'>, call: Call): Promise<Answer> {
  const id = call.params['id'] ?? '';
  const kept = await loadPartnerSetting(table, id);
  if (!kept) throw notFound('There is no such partner.');
  return answer(200, { id, ...kept.content }, kept.version);
}

/** `GET /v1/partners` */
export async function listPartners({ table }: Pick<Partnering, 'table'>, call: Call): Promise<Answer> {
  return { status: 200, body: await pageOfAll(call, () => loadAll(table)) };
}

/** How often a partner is written anew where somebody else was quicker and no condition forbids it. */
const ATTEMPTS = 4;

/** `PUT /v1/partners/{id}`: adds it (201) or changes it. One that is so already stays at its version. */
export async function putPartner(
  { table, evaluator }: Pick<Partnering, 'table' | 'evaluator'>,
  call: Call,
): Promise<Answer> {
  const id = call.params['id'] ?? '';
  const wanted = call.body as PutPartner;
  await checkMapping(evaluator, wanted.mapping);
  const { eventId, isRepeat } = await claim(table, call);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const kept = await loadPartnerSetting(table, id);
    const { mappingVersion: before = 0, ...content } = kept?.content ?? {};
    const isSame = kept !== undefined && canonical(content) === canonical(wanted);
    if (isSame && isRepeat) return answer(kept.version === 1 ? 201 : 200, { id, ...kept.content }, kept.version);
    if (call.ifMatch && !(kept && matches(call.ifMatch, kept.version))) throw stale(id, kept?.version);
    if (isSame) return answer(200, { id, ...kept.content }, kept.version);
    await checkDefaults(table, wanted);
    const next = { ...wanted, mappingVersion: mapsAlike(kept?.content, wanted) ? before : before + 1 };
    const previousVersion = kept?.version ?? 0;
    const author = { userId: viewerIn(call).id, at: toInstant(call.receivedAt), correlationId: call.correlationId };
    const written = await writeSetting(table, {
      key: keys.partner(id),
      content: next,
      previous: kept,
      previousVersion,
      author,
      eventId,
    });
    if (written) return answer(kept ? 200 : 201, { id, ...next }, previousVersion + 1);
  }
  throw stale(id, undefined);
}

async function checkMapping({ compile }: Pick<Evaluator, 'compile'>, mapping: string | undefined): Promise<void> {
  const flaw = mapping === undefined ? undefined : await compile(mapping);
  if (flaw === undefined) return;
  const detail = `This is not JSONata: ${flaw}.`;
  throw new ProblemError('validation', `/mapping: ${detail}`, [{ pointer: '/mapping', detail }]);
}

/** Places and organisations that every record of the partner would have must be known. */
async function checkDefaults(table: DynamoDBDocumentClient, { defaults }: PutPartner): Promise<void> {
  const { faults } = await resolveReferences(table, defaults ?? {});
  const inDefaults = faults.map(({ pointer, detail }) => ({ pointer: `/defaults${pointer}`, detail }));
  if (inDefaults.length > 0) throw new ProblemError('unknown-reference', inDefaults[0]?.detail, inDefaults);
}

const mapsAlike = (kept: Partial<PutPartner> | undefined, wanted: PutPartner) =>
  kept !== undefined &&
  kept.mapping === wanted.mapping &&
  canonical(kept.defaults ?? {}) === canonical(wanted.defaults ?? {});

const answer = (status: number, partner: Partner, version: number): Answer => ({
  status,
  body: partner,
  headers: { etag: etagOf(version) },
});
