import { LADDERS } from '#shared/domain/pipeline/ladders.ts';
import { idOfRef } from '#shared/runtime/ids.ts';
import type { Client } from './client.ts';
import { pick } from './random.ts';
import { SIGN } from './signatures.ts';

/** A partner's system of the test: it knows how to sign, and what it has to tell. */
export interface PartnerSystem {
  readonly id: string;
  readonly scheme: keyof typeof SIGNERS;
  readonly secret: string;
  /** Whether it has a mapping from the start. */
  readonly mapped: boolean;
}

/** One message that a system has to send, and sends until it is answered 202. */
export interface Letter {
  readonly id: string;
  readonly from: PartnerSystem;
  readonly body: string;
  readonly recordId: string;
  readonly type: string;
  /** Of a form that the partner's first mapping does not know. */
  readonly unmappable: boolean;
}

/** What must stand of a record when all of its letters have come through. */
export interface Told {
  readonly recordId: string;
  readonly stage: string;
  readonly letters: readonly Letter[];
}

type SignArguments = { secret: string; body: string; id: string; at: number; url: string };

const SIGNERS = {
  'standard-webhooks': ({ secret, body, id, at }: SignArguments) => SIGN['standard-webhooks'](secret, body, { id, at }),
  'hubspot-v3': ({ secret, body, at, url }: SignArguments) => SIGN['hubspot-v3'](secret, body, { url, at }),
  github: ({ secret, body, id }: SignArguments) => SIGN.github(secret, body, { id }),
  stripe: ({ secret, body, at }: SignArguments) => SIGN.stripe(secret, body, { at }),
  'shared-key': ({ secret }: SignArguments) => ({ 'x-api-key': secret }),
} as const;

/** The first mapping knows the plain form alone; the mended one also the form that the systems have come to send. */
const FIRST_MAPPING = '{ "type": type, "timestamp": timestamp, "data": data }';
const MENDED_MAPPING =
  'v2 ? { "type": v2.what, "timestamp": v2.when, "data": v2.facts } : { "type": type, "timestamp": timestamp, "data": data }';

const put = (system: PartnerSystem, mapping: string | undefined) => ({
  name: `System ${system.id} (invented)`,
  scheme: system.scheme,
  eventTypes: ['trade-deal.logged', 'trade-deal.amended', 'trade-deal.moved', 'trade-deal.noted'],
  active: true,
  ...(mapping === undefined ? {} : { mapping }),
});

/** Five systems, one for each scheme, put as an administrator does it. */
export async function fivePartners(admin: Client): Promise<PartnerSystem[]> {
  const systems: PartnerSystem[] = [];
  for (const scheme of Object.keys(SIGNERS) as PartnerSystem['scheme'][]) {
    const asked = { id: `sys-${scheme}`, scheme, mapped: systems.length % 2 === 1, secret: '' };
    expectStatus(
      await admin.put(`/v1/partners/${asked.id}`, put(asked, asked.mapped ? FIRST_MAPPING : undefined)),
      201,
    );
    const made = expectStatus(await admin.post(`/v1/partners/${asked.id}/secrets`), 201);
    systems.push({ ...asked, secret: made.body.secret });
  }
  return systems;
}

/** Mends the mappings of all of them, and sends on what waits in quarantine; answers how many that were. */
export async function mendAndReplay(admin: Client, systems: readonly PartnerSystem[]): Promise<number> {
  let replayed = 0;
  for (const system of systems) {
    const path = `/v1/partners/${system.id}`;
    const { headers } = await admin.get(path);
    expectStatus(await admin.put(path, put(system, MENDED_MAPPING), { 'if-match': headers.get('etag') ?? '' }), 200);
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const body = { partner: system.id, ...(cursor ? { cursor } : {}) };
      const page = expectStatus(await admin.post('/v1/quarantine/replays', body), 200).body;
      replayed += page.items.filter(({ status }: { status: string }) => status === 'replayed').length;
      cursor = page.next;
    }
  }
  return replayed;
}

/** All that waits in quarantine. */
export async function waitingInQuarantine(
  admin: Client,
): Promise<{ partner: string; reason: string; errors: unknown }[]> {
  const items: { partner: string; reason: string; errors: unknown }[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: typeof items; next: string | null } = expectStatus(
      await admin.get(`/v1/quarantine${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`),
      200,
    ).body;
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}

function expectStatus<Answered extends { status: number; body: unknown }>(answer: Answered, status: number): Answered {
  if (answer.status !== status) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}

/** Up to where the gates begin: what happens at a closed one is a story of its own. */
const STAGES = LADDERS['trade-deal'].slice(1, 4).map(({ name }) => name);

/**
 * What the systems have to tell, record by record: a logging, and some amendments, moves and notes. So many letters in all, of which
 * that share, never a logging, is of the form that the first mapping does not know.
 */
export function lettersOf(
  systems: readonly PartnerSystem[],
  { letters, unmappable }: { readonly letters: number; readonly unmappable: number },
  random: () => number,
): Told[] {
  const records: Told[] = [];
  const start = Date.now() - 3 * 3_600_000;
  let [left, bad] = [letters, unmappable];
  for (let number = 0; left > 0; number++) {
    const from = systems[number % systems.length] as PartnerSystem;
    const externalRef = { partner: from.id, ref: `R-${number}` };
    const recordId = idOfRef('trd', externalRef);
    const own: Letter[] = [];
    let stage: string = LADDERS['trade-deal'][0].name;
    const tell = (verb: string, data: object) => {
      const type = `trade-deal.${verb}`;
      const timestamp = new Date(start + number * 1_000 + own.length * 60_000).toISOString();
      const facts = { externalRef, ...data };
      const isBad = verb !== 'logged' && bad > 0;
      if (isBad) bad--;
      left--;
      const body = isBad ? { v2: { what: type, when: timestamp, facts } } : { type, timestamp, data: facts };
      own.push({
        id: `letter-${number}-${own.length}`,
        from,
        body: JSON.stringify(body),
        recordId,
        type,
        unmappable: isBad,
      });
    };
    tell('logged', {
      title: `Deal ${number} of ${from.id}`,
      strand: 'business-engagement',
      direction: 'uk-export',
      organisations: [{ name: `Company ${number % 40}`, place: 'guangzhou' }],
    });
    for (let more = Math.floor(random() * 5); more > 0 && left > 0; more--) {
      const verb = pick(random, ['amended', 'moved', 'noted']);
      if (verb === 'moved') stage = pick(random, STAGES);
      tell(
        verb,
        { amended: { tags: [`t${more}`] }, moved: { to: stage }, noted: { text: 'Rang them.' } }[verb] as object,
      );
    }
    records.push({ recordId, stage, letters: own });
  }
  return records;
}

export interface Posted {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

/** Posts a message, signed at this moment; `forge` is what somebody signs with who does not know the secret. */
export async function post(server: { readonly url: string }, letter: Letter, forge?: string): Promise<Posted> {
  const { from, body, id } = letter;
  const url = `${server.url}/webhooks/${from.id}`;
  const secret = forge === undefined ? from.secret : Buffer.from(forge).toString('base64');
  const headers = await SIGNERS[from.scheme]({ secret, body, id, at: Date.now(), url });
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    signal: AbortSignal.timeout(30_000),
  });
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), text: await answer.text() };
}
