/** A fault in what is to be run, for the person who runs it: no stack trace, one message that names the place. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** `Stateful / TableCD117FA1 (AWS::DynamoDB::GlobalTable)`, the way every message about a resource begins. */
export function placeOf(origin: { stack: string; logicalId: string; type: string }): string {
  return `${origin.stack} / ${origin.logicalId} (${origin.type})`;
}
