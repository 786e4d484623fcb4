import type { Operation } from './operation.ts';
import { AROUND_OPERATIONS } from './operations/around.ts';
import { CONTACT_OPERATIONS } from './operations/contacts.ts';
import { ENTITY_OPERATIONS } from './operations/entities.ts';
import { ORGANISATION_OPERATIONS } from './operations/organisations.ts';
import { PARTNER_OPERATIONS } from './operations/partners.ts';
import { QUARANTINE_OPERATIONS } from './operations/quarantine.ts';
import { RECORD_OPERATIONS } from './operations/records.ts';
import { REPORT_OPERATIONS } from './operations/reports.ts';
import { SETTINGS_OPERATIONS } from './operations/settings.ts';
import { SUBSCRIPTION_OPERATIONS } from './operations/subscriptions.ts';
import { SYSTEM_OPERATIONS } from './operations/system.ts';
import { WEBHOOK_OPERATIONS } from './operations/webhooks.ts';

/**
 * Every call of the API. Infrastructure makes its routes from this list, functions dispatch by it, and the OpenAPI document is
 * written from it. A function brings only the lists that its own calls stand in (`operationsOf`): what it does not answer it need not load.
 */
export const OPERATIONS: readonly Operation[] = [
  ...RECORD_OPERATIONS,
  ...ORGANISATION_OPERATIONS,
  ...ENTITY_OPERATIONS,
  ...AROUND_OPERATIONS,
  ...CONTACT_OPERATIONS,
  ...SYSTEM_OPERATIONS,
  ...REPORT_OPERATIONS,
  ...SETTINGS_OPERATIONS,
  ...WEBHOOK_OPERATIONS,
  ...PARTNER_OPERATIONS,
  ...QUARANTINE_OPERATIONS,
  ...SUBSCRIPTION_OPERATIONS,
];
