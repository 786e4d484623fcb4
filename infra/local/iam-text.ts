/** A policy, or a part of one, that cannot be honoured locally. */
export class PolicyError extends Error {
  override name = 'PolicyError';
  constructor(where: string, problem: string) {
    super(`IAM policy, ${where}: ${problem}`);
  }
}

/** Stand for characters that were written as `${*}`, `${?}` and `${$}`, so that they are not taken for wildcards. */
const literals: Record<string, string> = { '*': '\ue000', '?': '\ue001', $: '\ue002' };
const characters = new Map(Object.entries(literals).map(([character, mark]) => [mark, character]));

/** Refuses policy variables such as `${aws:username}`: they would need a caller that a local function does not have. */
export function withoutVariables(text: string, where: string): string {
  return text.replace(/\$\{([^}]*)\}/g, (variable, name: string) => {
    const literal = Object.hasOwn(literals, name) ? literals[name] : undefined;
    if (literal === undefined) throw new PolicyError(where, `the policy variable ${variable} is not supported locally`);
    return literal;
  });
}

/** A text of `withoutVariables` as it compares where wildcards mean nothing. */
export function plain(text: string): string {
  return text.replace(/[\ue000-\ue002]/g, (mark) => characters.get(mark) ?? mark);
}

/** `*` for any characters, `?` for exactly one. */
export function globExpression(glob: string, flags: 'i' | '' = ''): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.')
    .replace(/[\ue000-\ue002]/g, (mark) => `\\${characters.get(mark)}`);
  return new RegExp(`^${source}$`, `${flags}s`);
}
