import * as z from 'zod';
import { contact, ErasureReason } from '#shared/domain/contact/contact.ts';
import { Person, PersonField, PersonPatch } from '#shared/domain/contact/person.ts';
import { lazily } from '#shared/domain/lazily.ts';
import { Organisation } from '#shared/domain/organisation/organisation.ts';
import { ContactId, optionals } from '#shared/domain/record/fields.ts';
import { Instant, IsoDate, UserId } from '#shared/domain/text.ts';
import { EventId } from '#shared/events/envelope.ts';
import { Cursor, limit, MAX_LIMIT, next } from './schemas.ts';

/** A contact as a request logs it. */
export const LogContact = lazily(() =>
  z.strictObject({ ...contact.required, person: Person() }).meta({ id: 'LogContact' }),
);

/** A merge patch of a contact; of the person too. */
export const AmendContact = lazily(() =>
  z.strictObject({ ...optionals(contact.required), person: PersonPatch().optional() }).meta({ id: 'AmendContact' }),
);

/** What is answered of a contact. */
export const Contact = lazily(() => {
  const { erasedOn, erasureReason } = contact.optional;
  return z
    .strictObject({
      id: ContactId,
      kind: z.literal('contact'),
      version: z.int().min(1).meta({ description: 'The number of recorded events; also the ETag.' }),
      ...contact.required,
      organisations: z.array(Organisation.partial({ name: true, place: true })),
      person: Person()
        .optional()
        .meta({ description: 'Shown to `bd-officer` and above. Absent once the person has been erased.' }),
      ...optionals({ erasedOn: erasedOn as z.ZodType, erasureReason: erasureReason as z.ZodType }),
      createdAt: Instant.meta({ description: 'When it was logged.' }),
      recordedAt: Instant.meta({ description: 'When it was first recorded.' }),
      updatedAt: Instant.meta({ description: 'When its latest event was recorded.' }),
    })
    .meta({ id: 'Contact' });
});

export const ContactPage = lazily(() =>
  z.strictObject({ items: z.array(Contact()), next }).meta({ id: 'ContactPage' }),
);

/** Ids with commas between them, as many as a page has. */
const Ids = z
  .string()
  .refine((text) => {
    const ids = text.split(',');
    return ids.length <= MAX_LIMIT && ids.every((id) => ContactId.safeParse(id).success);
  }, `A comma-separated list of contact ids, at most ${MAX_LIMIT}.`)
  .meta({ description: 'Only these contacts, on one page; unknown ids are skipped.' });

export const contactQuery = lazily(() =>
  z
    .strictObject({
      ids: Ids.optional(),
      organisation: Organisation.shape.id.optional(),
      retentionBefore: IsoDate.meta({
        description: 'Contacts still held although their data was due for erasure before this day.',
      }).optional(),
      limit: limit(MAX_LIMIT).optional(),
      cursor: Cursor.optional(),
    })
    .refine(({ ids, ...others }) => ids === undefined || Object.values(others).every((value) => value === undefined), {
      path: ['ids'],
      error: 'Cannot be combined with other parameters.',
    }),
);

export const Erasure = lazily(() => z.strictObject({ reason: ErasureReason() }).meta({ id: 'Erasure' }));

const inBoth = z
  .strictObject({ en: z.string(), 'zh-CN': z.string() })
  .meta({ id: 'InBothLanguages', description: 'The same text in English and Chinese.' });

/** A word of ours, explained. */
const explained = (schema: z.ZodType) => z.strictObject({ value: schema, explanation: inBoth });

/** Everything that is held about a person, to be handed to them. */
export const ContactExport = lazily(() =>
  z
    .strictObject({
      exportedAt: Instant,
      about: inBoth,
      contactId: ContactId,
      person: Person().optional().meta({ description: 'Every personal field we hold; absent after erasure.' }),
      organisations: z.array(Organisation.partial({ name: true, place: true })),
      keeping: z
        .strictObject({
          purpose: explained(z.string()),
          lawfulBasis: explained(z.string()),
          collectedIn: explained(z.string()),
          noticeLanguage: explained(z.string()),
          retainUntil: explained(IsoDate),
          erasedOn: explained(IsoDate).optional(),
        })
        .meta({ description: 'Why the data is held, on what lawful basis, and for how long.' }),
      referredToBy: z.strictObject({
        explanation: inBoth,
        items: z.array(
          z.strictObject({
            type: z.string(),
            id: z.string(),
            on: IsoDate.optional(),
          }),
        ),
      }),
      history: z.strictObject({
        explanation: inBoth,
        items: z.array(
          z.strictObject({
            eventId: EventId,
            what: z.string(),
            at: Instant,
            by: z.union([UserId, z.string()]),
            personalFields: z.array(PersonField()),
            changes: z.array(z.strictObject({ field: z.string(), to: z.unknown().optional() })),
          }),
        ),
      }),
    })
    .meta({ id: 'ContactExport' }),
);
export type ContactExport = z.infer<ReturnType<typeof ContactExport>>;
