/** SES version 2: `SendEmail` of a whole message. What is sent goes nowhere but into the outbox. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { demand, jsonBody, jsonFault, RestFault, type RestService, restJson } from '../wire/rest.ts';
import type { RequiredGrant } from '../wire/types.ts';
import type { Outbox } from './store.ts';

const Addresses = z.array(z.string().min(1)).nullish();
const SendEmail = z.strictObject({
  FromEmailAddress: z.string().min(1).nullish(),
  FromEmailAddressIdentityArn: z.string().nullish(),
  Destination: z.strictObject({ ToAddresses: Addresses, CcAddresses: Addresses, BccAddresses: Addresses }).nullish(),
  ReplyToAddresses: Addresses,
  ConfigurationSetName: z.string().nullish(),
  EmailTags: z.array(z.object({ Name: z.string(), Value: z.string() })).nullish(),
  Content: z.strictObject({
    Raw: z.strictObject({ Data: z.base64() }, 'the local host sends Content.Raw only'),
  }),
});

/** SES's limit of a raw message. */
const largestBytes = 40 * 1024 * 1024;
const mostRecipients = 50;

export interface MailOptions {
  outbox: Outbox;
  account: string;
  region: string;
  /** Addresses and domains that may send, as in the template. */
  identities: readonly string[];
  configurationSets: readonly string[];
  clock?: () => number;
}

/**
 * As an account out of the sandbox. So that failures can be tried: a recipient at `bounce.invalid` makes SES refuse the message, one
 * at `throttled.invalid` makes it ask for patience, one at `paused.invalid` finds sending switched off.
 */
const failures: Record<string, () => RestFault> = {
  'bounce.invalid': () =>
    new RestFault(400, 'MessageRejected', 'The message was rejected: a recipient is at bounce.invalid.'),
  'throttled.invalid': () => new RestFault(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.'),
  'paused.invalid': () => new RestFault(400, 'SendingPausedException', 'Sending is paused for this account.'),
};

export function mailService(options: MailOptions): RestService {
  return {
    fault: jsonFault,
    handle: (request, refusal) =>
      restJson(() => {
        if (request.method !== 'POST' || request.path !== '/v2/email/outbound-emails')
          throw new RestFault(
            501,
            'UnknownOperationException',
            `ses:${request.method} ${request.path} is not served by the local host; it serves SendEmail.`,
          );
        const parsed = SendEmail.safeParse(jsonBody(request.body));
        if (!parsed.success) throw badRequest(z.prettifyError(parsed.error));
        return send(options, parsed.data, (grants) => demand(refusal, grants));
      }),
  };
}

function send(
  { outbox, account, region, identities, configurationSets, clock = Date.now }: MailOptions,
  given: z.infer<typeof SendEmail>,
  mustHold: (grants: RequiredGrant[]) => void,
) {
  const raw = Buffer.from(given.Content.Raw.Data, 'base64');
  const headers = headersOf(raw);
  const from = given.FromEmailAddress ?? headers.get('from');
  if (!from) throw badRequest('there is no sender, in the call or in the message');
  const address = addressOf(from);
  const domain = domainOf(address);
  const identity = [address, domain].find((one) => identities.includes(one));
  const arn = (resource: string) => `arn:aws:ses:${region}:${account}:${resource}`;
  const set = given.ConfigurationSetName ?? undefined;
  // Raw content takes its own permission, beside which SES looks at the configuration set's.
  mustHold([
    {
      action: 'ses:SendRawEmail',
      resource: arn(`identity/${identity ?? domain}`),
      context: { 'ses:FromAddress': address },
    },
    ...(set === undefined
      ? []
      : [
          {
            action: 'ses:SendRawEmail',
            resource: arn(`configuration-set/${set}`),
            context: { 'ses:FromAddress': address },
          },
        ]),
  ]);
  if (!identity)
    throw new RestFault(
      400,
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${address}`,
    );
  if (set !== undefined && !configurationSets.includes(set))
    throw new RestFault(404, 'NotFoundException', `Configuration set <${set}> does not exist.`);
  const named = given.Destination ?? {};
  const called = [...(named.ToAddresses ?? []), ...(named.CcAddresses ?? []), ...(named.BccAddresses ?? [])];
  const written = ['to', 'cc', 'bcc']
    .flatMap((name) => headers.get(name)?.split(',') ?? [])
    .filter((one) => one.trim() !== '');
  const recipients = (called.length > 0 ? called : written).map(addressOf);
  if (recipients.length === 0) throw badRequest('there is no recipient, in the call or in the message');
  if (recipients.length > mostRecipients) throw badRequest(`Recipient count exceeds ${mostRecipients}.`);
  const wrong = recipients.find((one) => !/^[^@\s]+@[^@\s]+$/.test(one));
  if (wrong !== undefined) throw badRequest('a recipient is not an address');
  if (raw.length > largestBytes) throw badRequest('Message length is more than 41943040 bytes long.');
  for (const recipient of recipients) {
    const domain = domainOf(recipient);
    const fails = Object.hasOwn(failures, domain) ? failures[domain] : undefined;
    if (fails) throw fails();
  }
  const now = clock();
  const id = `${now.toString(16).padStart(16, '0')}-${randomUUID()}-000000`;
  outbox.put(id, new Date(now), { from: address, to: recipients }, raw);
  return { MessageId: id };
}

/** Header fields of the message by lower-case name, unfolded; of a field that stands twice, the first. */
function headersOf(raw: Buffer): Map<string, string> {
  const text = raw.toString('utf8');
  const head = text.slice(0, /\r?\n\r?\n/.exec(text)?.index ?? text.length).replaceAll(/\r?\n[ \t]+/g, ' ');
  const fields = new Map<string, string>();
  for (const line of head.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^([!-9;-~]+):\s*(.*)$/.exec(line) ?? [];
    if (name && !fields.has(name.toLowerCase())) fields.set(name.toLowerCase(), value);
  }
  return fields;
}

function addressOf(text: string): string {
  return (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim();
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

const badRequest = (message: string) => new RestFault(400, 'BadRequestException', message);
