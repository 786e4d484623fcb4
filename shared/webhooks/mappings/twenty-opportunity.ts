import type { ReadyMapping } from './mapping.ts';

/**
 * Twenty: a webhook on the creation and change of opportunities. It carries the company's id and not its name, so the partner's defaults
 * say whose opportunities these are. Amounts come in millionths of the currency. Stages are those that Twenty starts with.
 */
export const twentyOpportunity: ReadyMapping = {
  mapping: `(
  $stages := {
    "NEW": "identified",
    "SCREENING": "contacted",
    "MEETING": "scoping",
    "PROPOSAL": "proposal",
    "CUSTOMER": "agreed"
  };
  $zone := "Asia/Shanghai";
  $micros := record.amount.amountMicros;
  $hasAmount := $exists($micros) and $micros != null;
  $ref := {"ref": record.id};
  $changed := [record.updatedAt, eventDate][0];
  [{
    "type": "engagement.logged",
    "timestamp": $changed,
    "data": {
      "externalRef": $ref,
      "title": record.name,
      "stage": $lookup($stages, record.stage),
      "value": $hasAmount ? {
        "amount": $string($number($micros) / 1000000),
        "currency": record.amount.currencyCode
      },
      "expectedCloseOn": record.closeDate ? $day(record.closeDate, $zone)
    }
  },
  $exists($micros) and $micros = null ? {
    "type": "engagement.amended",
    "timestamp": $changed,
    "data": {"externalRef": $ref, "value": null}
  }]
)`,
  partner: {
    scheme: 'shared-key',
    eventTypes: ['engagement.logged', 'engagement.amended'],
    defaults: {
      strand: 'research-alliance',
      engagementType: 'contract-research',
      organisations: [{ name: 'Delta Membranes (invented)', place: 'nanjing' }],
    },
  },
  sample: {
    targetUrl: 'https://crm.example.org/webhooks/delta',
    eventName: 'opportunity.updated',
    objectMetadata: { id: '6e8b3c52-0d1f-4a53-9a55-55c1a5b6c1de', nameSingular: 'opportunity' },
    workspaceId: '3b8e6458-5fc1-4e63-8563-008ccddaa6db',
    webhookId: 'f2a1c9be-1d0c-4c4e-9a35-6a4f0b0c7d11',
    eventDate: '2026-11-22T08:00:03.120Z',
    record: {
      id: '2beb07b0-340c-41d7-be33-5aa91757f329',
      name: 'Membrane for ammonia cracking',
      amount: { amountMicros: 480000500000, currencyCode: 'CNY' },
      stage: 'MEETING',
      closeDate: '2027-03-31T00:00:00.000Z',
      companyId: '9b3a4a53-7b0a-4d43-9f0c-0b6f5f5b7a10',
      updatedAt: '2026-11-22T08:00:00.000Z',
    },
    updatedFields: ['stage'],
  },
  gives: [
    {
      type: 'engagement.logged',
      timestamp: '2026-11-22T08:00:00.000Z',
      data: {
        externalRef: { ref: '2beb07b0-340c-41d7-be33-5aa91757f329' },
        title: 'Membrane for ammonia cracking',
        stage: 'scoping',
        value: { amount: '480000.5', currency: 'CNY' },
        expectedCloseOn: '2027-03-31',
      },
    },
  ],
};
