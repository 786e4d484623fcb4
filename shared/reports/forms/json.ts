import type { Report } from '../report.ts';

/**
 * A report as JSON in its canonical form (RFC 8785): keys sorted by UTF-16 code units, no white space, numbers as ECMAScript writes
 * them. The same report is the same bytes, whatever order its keys were put together in.
 */
export const renderJson = (report: Report): string => JSON.stringify(sorted(report));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  // From entries, so that a key such as `__proto__` is a key like any other.
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
