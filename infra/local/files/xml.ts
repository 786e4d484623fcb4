/** The XML that S3 speaks: little enough to be written and read by hand. */
import { RestFault } from '../wire/rest.ts';

export type XmlValue = string | number | boolean | XmlTree | readonly XmlTree[] | undefined;
export interface XmlTree {
  [name: string]: XmlValue;
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

/** A list becomes one element an entry; what is undefined is left out. */
export function xml(root: string, tree: XmlTree): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, tree, ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"')}`;
}

function element(name: string, value: XmlValue, attributes = ''): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one) => element(name, one as XmlTree)).join('');
  const inner =
    typeof value === 'object'
      ? Object.entries(value)
          .map(([child, one]) => element(child, one))
          .join('')
      : String(value).replace(/[&<>"\r]/g, (character) => escapes[character] ?? character);
  return `<${name}${attributes}>${inner}</${name}>`;
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The keys of a `DeleteObjects` request. Throws `MalformedXML` for anything else. */
export function keysToDelete(text: string): { keys: string[]; quiet: boolean } {
  const malformed = () => new RestFault(400, 'MalformedXML', 'The XML you provided was not well-formed.');
  if (!/<Delete[\s>]/.test(text)) throw malformed();
  const keys = [...text.matchAll(/<Object>([\s\S]*?)<\/Object>/g)].map(([, inner = '']) => {
    const [, key] = /<Key>([\s\S]*?)<\/Key>/.exec(inner) ?? [];
    if (key === undefined) throw malformed();
    if (/<VersionId>/.test(inner))
      throw new RestFault(501, 'NotImplemented', 'the local host keeps no versions of objects');
    return unescapeXml(key);
  });
  if (keys.length === 0 || keys.length > 1000) throw malformed();
  return { keys, quiet: /<Quiet>\s*true\s*<\/Quiet>/.test(text) };
}

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return named[name] ?? whole;
  });
}
