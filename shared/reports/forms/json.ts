import type { Report } from '../report.ts';

/**
 * A report as JSON in its canonical form (RFC 8785): keys sorted by UTF-16 code units, no white space, numbers as ECMAScript writes
 * them. The same report is the same bytes, whatever order its keys were put together in.
 */
export const renderJson = (report: Report): string => canonical(report);

function canonical(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const key of Object.keys(members).sort())
    if (members[key] !== undefined) text += `${text && ','}${quoted(key)}:${canonical(members[key])}`;
  return `{${text}}`;
}

/** What JSON writes as it is, which is nearly everything, and is not worth asking for. */
const PLAIN = /^[ !#-[\]-~]*$/;
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));
