import type { ReadyMapping } from './mapping.ts';

/**
 * A portal with JSON of its own that reports several leads at a time: each becomes a deal, and where the portal says why one was given up,
 * a note beside it.
 */
export const plainJson: ReadyMapping = {
  mapping: `(
  $stages := {"new": "enquiry", "qualified": "qualified", "offer": "proposal", "won": "signed", "lost": "lost"};
  leads.(
    $ref := {"ref": number};
    $stage := $lookup($stages, status);
    [
      {
        "type": "trade-deal.logged",
        "timestamp": changed,
        "data": {
          "externalRef": $ref,
          "title": subject,
          "direction": kind = "investment" ? "inward-investment" : "uk-export",
          "organisations": [{"name": company, "place": city}],
          "stage": $stage,
          "lostReason": $stage = "lost" ? "no-response",
          "value": $exists(price) ? {"amount": price.amount, "currency": price.currency}
        }
      },
      comment ? {
        "type": "trade-deal.noted",
        "timestamp": changed,
        "data": {"externalRef": $ref, "text": comment}
      }
    ]
  )
)`,
  partner: {
    scheme: 'standard-webhooks',
    eventTypes: ['trade-deal.logged', 'trade-deal.noted'],
    defaults: { strand: 'business-engagement' },
  },
  sample: {
    leads: [
      {
        number: 'L-2071',
        changed: '2026-11-22T16:00:00+08:00',
        subject: 'Cold chain for the Nansha port',
        status: 'offer',
        kind: 'export',
        company: 'Nansha Cold Logistics (invented)',
        city: 'guangzhou',
        price: { amount: '860000.00', currency: 'CNY' },
      },
      {
        number: 'L-2068',
        changed: '2026-11-22T16:05:00+08:00',
        subject: 'Battery test centre',
        status: 'lost',
        kind: 'investment',
        company: 'Pearl Battery (invented)',
        city: 'guangzhou',
        comment: 'Three reminders, no answer.',
      },
    ],
  },
  gives: [
    {
      type: 'trade-deal.logged',
      timestamp: '2026-11-22T16:00:00+08:00',
      data: {
        externalRef: { ref: 'L-2071' },
        title: 'Cold chain for the Nansha port',
        direction: 'uk-export',
        organisations: [{ name: 'Nansha Cold Logistics (invented)', place: 'guangzhou' }],
        stage: 'proposal',
        value: { amount: '860000.00', currency: 'CNY' },
      },
    },
    {
      type: 'trade-deal.logged',
      timestamp: '2026-11-22T16:05:00+08:00',
      data: {
        externalRef: { ref: 'L-2068' },
        title: 'Battery test centre',
        direction: 'inward-investment',
        organisations: [{ name: 'Pearl Battery (invented)', place: 'guangzhou' }],
        stage: 'lost',
        lostReason: 'no-response',
      },
    },
    {
      type: 'trade-deal.noted',
      timestamp: '2026-11-22T16:05:00+08:00',
      data: { externalRef: { ref: 'L-2068' }, text: 'Three reminders, no answer.' },
    },
  ],
};
