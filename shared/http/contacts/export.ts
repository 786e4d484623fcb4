import type { LAWFUL_BASES, PURPOSES } from '#shared/domain/contact/contact.ts';
import type { PersonField } from '#shared/domain/contact/person.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { listReferences } from '#shared/store/about-contact.ts';
import { type EntityHistoryItem, loadEntityHistory } from '#shared/store/history.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import type { ContactExport } from '../contact-schemas.ts';
import { entityOf } from '../read/entity.ts';
import { changesOf } from '../read/timeline.ts';
import { viewerIn } from '../sight.ts';
import { BASIS_EXPLANATIONS, EXPLANATIONS, PURPOSE_EXPLANATIONS } from './explanations.ts';
import { type Presenting, presentContacts } from './present.ts';
import { fieldsChanged } from './read.ts';

/** `GET /v1/contacts/{id}/export`: everything that is held about the person, as a file to be handed to them. */
export async function exportContact(parts: Presenting, call: Call): Promise<Answer> {
  const loaded = await entityOf(parts.table, call);
  const { id } = loaded.state;
  const [[contact], references, history] = await Promise.all([
    presentContacts(parts, viewerIn(call), [loaded.state]),
    listReferences(parts.table, id),
    loadEntityHistory(parts.table, loaded),
  ]);
  const { person, organisations, ...kept } = contact as Record<string, never>;
  const body: ContactExport = {
    exportedAt: toInstant(call.receivedAt),
    about: EXPLANATIONS.about,
    contactId: id,
    ...(person ? { person } : {}),
    organisations: organisations ?? [],
    keeping: keepingOf(kept),
    referredToBy: { explanation: EXPLANATIONS.referredToBy, items: references },
    history: { explanation: EXPLANATIONS.history, items: history.map(toldOf) },
  };
  return {
    status: 200,
    body,
    headers: { 'content-disposition': `attachment; filename="${id}.json"` },
    log: { recordId: id },
  };
}

/** What for, on which basis and how long, each explained. */
function keepingOf(kept: Readonly<Record<string, string>>): ContactExport['keeping'] {
  const said = (name: 'collectedIn' | 'noticeLanguage' | 'retainUntil') => ({
    value: kept[name] ?? '',
    explanation: EXPLANATIONS[name],
  });
  const purpose = kept['purpose'] as (typeof PURPOSES)[number];
  const lawfulBasis = kept['lawfulBasis'] as (typeof LAWFUL_BASES)[number];
  const { erasedOn } = kept;
  return {
    purpose: { value: purpose, explanation: PURPOSE_EXPLANATIONS[purpose] },
    lawfulBasis: { value: lawfulBasis, explanation: BASIS_EXPLANATIONS[lawfulBasis] },
    collectedIn: said('collectedIn'),
    noticeLanguage: said('noticeLanguage'),
    retainUntil: said('retainUntil'),
    ...(erasedOn ? { erasedOn: { value: erasedOn, explanation: EXPLANATIONS.erasedOn } } : {}),
  };
}

const OF_THE_PERSON = /^person\//;

/** One event of the history: what of the person changed by name, everything else with its value. */
function toldOf(item: EntityHistoryItem): ContactExport['history']['items'][number] {
  const changes = changesOf(item).flatMap(fieldsChanged);
  const personal = changes.filter(({ field }) => OF_THE_PERSON.test(field));
  return {
    eventId: item.eventId,
    what: `contact.${item.verb}`,
    at: item.recordedAt,
    by: item.actor.id,
    personalFields: personal.map(({ field }) => field.replace(OF_THE_PERSON, '') as PersonField),
    changes: changes.filter((change) => !personal.includes(change)).map(({ field, to }) => ({ field, to })),
  };
}
