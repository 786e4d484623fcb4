import { londonDay } from '#shared/domain/days.ts';
import { type Call, DemoFailure, findServer, type Server } from './api.ts';
import { loadContacts } from './contacts.ts';
import { findAll, load, NOTHING } from './load.ts';
import { planOf } from './plan.ts';

/**
 * Loads sample data into a running server. Its loader is a user like any other, and in that user's name it keeps since which day it
 * loads and whether it is done: so a second run, however late, adds nothing, and an interrupted one goes on with the same dates.
 */
async function main(): Promise<void> {
  const server = await findServer(process.env);
  const loader = await server.as({ id: 'demo-loader', role: 'admin' });
  const before = await readMark(loader);
  if (before?.isDone) {
    console.log(`The sample data of ${before.today} is there already; nothing was added.`);
    return tellWhatToSee(server, loader);
  }
  const today = before?.today ?? londonDay(new Date().toISOString());
  const plan = planOf(today);
  const found = before ? await findAll(loader) : NOTHING;
  if (!before) await writeMark(loader, today, false);
  const began = performance.now();
  const loaded = await load(server, plan, found, showProgress(plan.records.length));
  const contacts = await loadContacts(server, today);
  await writeMark(loader, today, true);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(
    `${loaded.records} records logged in ${loaded.writes} writes, rates for ${loaded.rates} months; ${loaded.organisations} organisations, ` +
      `${loaded.agreements} agreements and ${loaded.activities} activities around them, in ${seconds} s.`,
  );
  console.log(`${contacts} contacts, all invented.`);
  if (loaded.left.length > 0) console.log(`Changed by somebody meanwhile and left so: ${loaded.left.join(', ')}.`);
  await tellWhatToSee(server, loader);
}

const MARK = /^Sample data of (?<today>\d{4}-\d{2}-\d{2}), (?<how>done|loading)$/;

async function readMark(loader: Call): Promise<{ today: string; isDone: boolean } | undefined> {
  const { body } = await loader({ method: 'GET', path: '/v1/me' });
  const { today, how } = MARK.exec(body.name ?? '')?.groups ?? {};
  return today === undefined ? undefined : { today, isDone: how === 'done' };
}

async function writeMark(loader: Call, today: string, isDone: boolean): Promise<void> {
  const name = `Sample data of ${today}, ${isDone ? 'done' : 'loading'}`;
  const { status } = await loader({ method: 'PATCH', path: '/v1/me', body: { name } });
  if (status !== 200) throw new Error(`The loader cannot keep its place: ${status}.`);
}

function showProgress(all: number): (done: number) => void {
  const { isTTY } = process.stdout;
  return (done) => {
    if (isTTY) process.stdout.write(`\r${done} of ${all} records${done === all ? '\n' : ''}`);
    else if (done % 50 === 0 || done === all) console.log(`${done} of ${all} records`);
  };
}

async function tellWhatToSee({ url }: Server, loader: Call): Promise<void> {
  const { body } = await loader({ method: 'GET', path: '/v1/pipeline' });
  const { open, won } = body.totals;
  console.log(`
The pipeline now: ${open.count} open, worth GBP ${open.value} (weighted ${open.weighted}); ${won.count} won, GBP ${won.value}.
Look at it:

  TOKEN=$(curl -s ${url}/oauth2/token -d grant_type=client_credentials -d client_id=manager -d client_secret=local |
    node -pe 'JSON.parse(require("fs").readFileSync(0)).access_token')
  curl -s ${url}/v1/pipeline -H "authorization: Bearer $TOKEN"
  curl -s '${url}/v1/trade-deals?stalled=true' -H "authorization: Bearer $TOKEN"
  curl -s '${url}/v1/engagements?place=nanjing&phase=open' -H "authorization: Bearer $TOKEN"
  curl -s ${url}/v1/agreements -H "authorization: Bearer $TOKEN"
  curl -s ${url}/v1/activities -H "authorization: Bearer $TOKEN"

Every call: ${url}/docs`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof DemoFailure ? error.message : error);
  process.exitCode = 1;
}
