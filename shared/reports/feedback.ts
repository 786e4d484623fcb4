import * as z from 'zod';
import type { Feedback } from './deliver.ts';

const Tags = z.object({ report: z.tuple([z.string()]), recipient: z.tuple([z.string()]) });

/** As much as is needed of what SES tells of a mail that it took; addresses in it are not looked at. */
const Told = z.discriminatedUnion('eventType', [
  z.object({
    eventType: z.literal('Bounce'),
    mail: z.object({ tags: Tags }),
    bounce: z.object({ bounceType: z.string() }),
  }),
  z.object({ eventType: z.literal('Complaint'), mail: z.object({ tags: Tags }) }),
  z.object({ eventType: z.literal('Reject'), mail: z.object({ tags: Tags }) }),
]);

/** What came back of a report's mail; undefined for anything else. */
export function feedbackOf(detail: unknown): Feedback | undefined {
  const told = Told.safeParse(detail);
  if (!told.success) return undefined;
  const { data } = told;
  const { report, recipient } = data.mail.tags;
  return {
    reportId: report[0],
    recipient: recipient[0],
    status: data.eventType === 'Complaint' ? 'complained' : 'bounced',
    reason: data.eventType === 'Bounce' ? data.bounce.bounceType : data.eventType,
  };
}
