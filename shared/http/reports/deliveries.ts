import { hasAnyRole } from '#shared/domain/record/confidentiality.ts';
import { MANAGERS } from '#shared/domain/user/roles.ts';
import { type Delivery, loadDeliveries } from '#shared/store/mailings.ts';
import { loadReport } from '#shared/store/reports.ts';
import { type Answer, notFound } from '../answer.ts';
import type { Call } from '../call.ts';
import { pageOfAll } from '../page.ts';
import { viewerIn } from '../sight.ts';
import type { ReadingReports } from './read.ts';

/** `GET /v1/reports/{id}/deliveries`: to whom it was sent and what became of that; addresses in full to managers alone. */
export async function listDeliveries({ table }: Pick<ReadingReports, 'table'>, call: Call): Promise<Answer> {
  const reportId = call.params['id'] ?? '';
  if (!(await loadReport(table, reportId))) throw notFound('There is no such report, or it is not ready yet.');
  const isManager = hasAnyRole(viewerIn(call), MANAGERS);
  const load = async () =>
    [...(await loadDeliveries(table, reportId))]
      .map(([id, delivery]) => viewOf(id, delivery, isManager))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { status: 200, body: await pageOfAll(call, load) };
}

const viewOf = (id: string, { email, status, attempts, at, reason }: Delivery, isManager: boolean) => ({
  id,
  recipient: isManager ? email : masked(email),
  status,
  attempts,
  at,
  ...(reason === undefined ? {} : { reason }),
});

/** `a…@example.org`: enough to know one's own by. */
const masked = (email: string): string => `${[...email][0]}…${email.slice(email.lastIndexOf('@'))}`;
