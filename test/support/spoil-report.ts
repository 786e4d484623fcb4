import type { Report } from '#shared/reports/report.ts';

/** Keys under which a report holds what people or other systems wrote, ids included. */
const WRITTEN = new Set([
  'id',
  'recordId',
  'eventId',
  'title',
  'name',
  'reason',
  'text',
  'gate',
  'en',
  'zh',
  'series',
  'previous',
  'corrects',
  'li-wei',
  'bd-officer',
]);

/** The same report with one text wherever it holds text: for what must be shown as text whatever it is. */
export function everywhere(report: Report, text: string): Report {
  const spoil = (value: unknown, key: string, path: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => spoil(item, key, path));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, spoil(item, name, `${path}.${name}`)]),
      );
    const isReason = key === 'reason' && path.startsWith('.unavailable');
    return typeof value === 'string' && WRITTEN.has(key) && !isReason ? text : value;
  };
  const spoilt = spoil(report, '', '') as Report;
  return {
    ...spoilt,
    unavailable: [{ section: text, reason: 'no-rate', of: [text] }],
    filters: { place: [text], owner: [text] },
    changes: {
      figures: [{ section: text, of: [text], figure: text, before: text, after: text }],
      entries: [{ section: text, recordId: text, title: text, change: 'changed', fields: [text] }],
    },
  };
}
