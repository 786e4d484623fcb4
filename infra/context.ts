import type { Construct } from 'constructs';
import * as z from 'zod';

const text = z.string().trim().min(1);
const list = text.transform((value) => value.split(',').map((entry) => entry.trim()));

const Context = z
  .object({
    /** Gets the alarms. */
    alarmEmail: z.email(),
    /** Where docs/runbook.md can be read, for links in alarms and on the dashboard. */
    runbookUrl: z.url(),
    /** The address that the product's mail comes from; without it, no mail is sent. */
    mailFrom: z.email(),
    /** The API's own name, with a certificate of this account and region. */
    domain: z.hostname(),
    certificateArn: text.startsWith('arn:'),
    /** The sign-in page: `<signInPrefix>.auth.<region>.amazoncognito.com`, and where it sends people back to. */
    signInPrefix: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/),
    signInCallbacks: list,
    /** A table that was restored to take the place of the stack's own, and its stream. */
    restoredTableArn: text.startsWith('arn:'),
    restoredStreamArn: text.startsWith('arn:'),
    /** The same of the table in which people are sealed. */
    restoredPeopleTableArn: text.startsWith('arn:'),
    /** Single sign-on by SAML … */
    samlMetadataUrl: z.url(),
    /** … or by OpenID Connect; the client secret lies in Secrets Manager under this name. */
    oidcIssuer: z.url(),
    oidcClientId: text,
    oidcSecretName: text,
  })
  .partial();

/** What one deployment is told beside its stage, by `-c name=value` or in cdk.context.json. All of it may be left out. */
export type Context = z.infer<typeof Context>;

export const CONTEXT_NAMES = Object.keys(Context.shape) as (keyof Context)[];

/** Settings that mean something only together. */
const TOGETHER: readonly (readonly (keyof Context)[])[] = [
  ['domain', 'certificateArn'],
  ['signInPrefix', 'signInCallbacks'],
  ['restoredTableArn', 'restoredStreamArn'],
  ['oidcIssuer', 'oidcClientId', 'oidcSecretName'],
];

/** @throws with the name of a setting that is malformed, or that lacks another which belongs to it */
export function contextOf({ node }: Construct): Context {
  const given = CONTEXT_NAMES.flatMap((name) => {
    const value: unknown = node.tryGetContext(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const parsed = Context.safeParse(Object.fromEntries(given));
  if (!parsed.success) throw new Error(`The context is not right.\n${z.prettifyError(parsed.error)}`);
  const context = parsed.data;
  const lacking = (names: readonly (keyof Context)[]) => names.filter((name) => context[name] === undefined);
  for (const names of TOGETHER) {
    const missing = lacking(names);
    if (missing.length > 0 && missing.length < names.length)
      throw new Error(`${names.join(', ')} go together: ${missing.join(', ')} is missing from the context.`);
  }
  if (context.samlMetadataUrl && context.oidcIssuer)
    throw new Error('Single sign-on is by samlMetadataUrl or by oidcIssuer, not by both.');
  if ((context.samlMetadataUrl || context.oidcIssuer) && !context.signInPrefix)
    throw new Error('Single sign-on needs a sign-in page: signInPrefix is missing from the context.');
  return context;
}
