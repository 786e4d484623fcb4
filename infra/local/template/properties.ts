/**
 * Building blocks for the property schemas of resource types. A schema lists every property that the local host knows: those it
 * acts on, and those that change nothing on one machine, each with its reason. Anything else in a template is an error at start.
 */
import * as z from 'zod';
import type { PolicyDocument } from '../iam.ts';
import { placeOf, TemplateError } from './errors.ts';
import type { Origin } from './model.ts';

/** A resource of one stack with all intrinsics resolved. */
export interface ResolvedResource {
  origin: Origin;
  ref: string;
  attributes: Record<string, string>;
  properties: Record<string, unknown>;
}

/** A property that is accepted and has no effect here, because … */
export const inert = (reason: string) => z.unknown().optional().describe(`no effect on one machine: ${reason}`);

/** A property that would change behaviour and is not run: an error with this message. */
export const notRun = (message: string) => z.undefined(message).optional();

/** CloudFormation takes numbers and booleans as text, too. */
export const integer = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

export const tags = inert('tags are for billing and search');

const oneOrMore = z.union([z.string(), z.array(z.string())]);

const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.unknown().optional(),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});

/** An IAM policy document, of a role or of a resource. */
export const policyDocument = z
  .strictObject({
    Version: z.string().optional(),
    Id: z.string().optional(),
    Statement: z.union([z.array(Statement), Statement.transform((statement) => [statement])]),
  })
  .transform((document) => document as unknown as PolicyDocument);

/** The properties as the schema has them. Throws a `TemplateError` that names stack, logical id, type and every property at fault. */
export function parseProperties<Schema extends z.ZodType>(
  schema: Schema,
  resource: ResolvedResource,
): z.output<Schema> {
  const result = schema.safeParse(resource.properties);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => {
    const at = issue.path.join('.') || 'properties';
    return issue.code === 'unrecognized_keys'
      ? `${[...issue.path, issue.keys.join(', ')].join('.')}: not known to the local host (say in infra/local/template what it does, or why it does nothing)`
      : `${at}: ${issue.message}`;
  });
  throw new TemplateError(`${placeOf(resource.origin)}:\n  ${faults.join('\n  ')}`);
}
