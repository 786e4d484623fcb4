import { historyItem, putHistories, putHistory } from '#shared/store/history.ts';
import { IDEMPOTENCY_SECONDS, keepPromise, type Promised } from '#shared/store/idempotency.ts';
import { listedItems, loadListed, putItem } from '#shared/store/links.ts';
import { loadOrganisations } from '#shared/store/organisations.ts';
import { loadRecord, putRecord } from '#shared/store/records.ts';
import { operatorOf } from '#test/support/operator.ts';
import { type Driven, drive } from './drive.ts';
import { accessKeyOf, copyTable, documents, startSharedEngine } from './engine.ts';
import { expectStatus } from './http.ts';
import { type Medium, withDirectory } from './place.ts';
import { type Product, startProduct } from './product.ts';
import { bodyOf, logged, OWNER, type Recorded } from './records.ts';

/** Messages of a queue that a function takes at once. */
const BATCH = 10;

/** The product, and beside it a table of the same shape on the same DynamoDB Local, to which only a floor's writes are made. */
export interface Beside {
  readonly product: Product;
  /** So many records, each put with its condition and then its history item, by so many clients: the writes that recording makes. */
  writeRecords(clients: number, operations: number): Promise<Driven>;
  /**
   * So many records with every call to the table that the product makes of one, but for counting: what its request looks up, the put, the
   * look that its answer waits for, and, in batches of ten as from a queue, its history and where it is listed.
   */
  callTable(clients: number, operations: number): Promise<Driven>;
  /** So many small items, each put with its condition: the one write before a request is answered with 202. */
  writePromises(clients: number, operations: number): Promise<Driven>;
  /** Logs so many deals, by so many clients; throws for any answer with another status. */
  log(clients: number, operations: number, options: LogOptions): Promise<Driven>;
}

interface LogOptions {
  readonly status: 201 | 202;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function withBeside<T>(medium: Medium, run: (beside: Beside) => Promise<T>): Promise<T> {
  return withDirectory(medium, async (directory) => {
    const engine = await startSharedEngine(directory, medium);
    const product = await startProduct(directory, { LOCAL_DYNAMODB_URL: engine.url });
    try {
      const { tableName } = await operatorOf(directory);
      const floor = engine.connect('FLOOR');
      await copyTable(engine.connect(accessKeyOf(directory)), tableName, floor, 'floor');
      process.env['TABLE_NAME'] = 'floor';
      const table = documents(floor);
      let serial = 0;
      const driven = (clients: number, operations: number, operation: (index: number) => Promise<unknown>) => {
        const first = serial;
        serial += operations;
        return drive({ clients, operations }, (index) => operation(first + index));
      };
      return await run({
        product,
        writeRecords: (clients, operations) =>
          driven(clients, operations, async (index) => {
            const { state, event } = logged('trade-deal', index, 'floor');
            await putRecord(table, state, event, undefined);
            await putHistory(table, historyItem({ state, event }));
          }),
        callTable: (clients, operations) => {
          let batch: Recorded[] = [];
          return driven(clients, operations, async (index) => {
            const recorded = logged('trade-deal', index, 'floor-calls');
            const { state, event } = recorded;
            await loadOrganisations(table, state.fields['organisations'] as string[]);
            await putRecord(table, state, event, undefined);
            await loadRecord(table, state.id);
            batch.push(recorded);
            if (batch.length < BATCH) return;
            const full = batch;
            batch = [];
            await putHistories(table, full.map(historyItem));
            const entries = full.flatMap((each) => listedItems(each.state));
            await loadListed(
              table,
              full.map((each) => each.state.id),
            );
            await Promise.all(entries.map((entry) => putItem(table, entry)));
          });
        },
        writePromises: (clients, operations) =>
          driven(clients, operations, async (index) => {
            const { state, event } = logged('trade-deal', index, 'floor-promise');
            await keepPromise(table, event.eventId, promiseOf(event.eventId, state.id));
          }),
        log: (clients, operations, { status, headers = {} }) =>
          driven(clients, operations, async (index) =>
            expectStatus(await product.caller.post('/v1/trade-deals', bodyOf('trade-deal', index), headers), status),
          ),
      });
    } finally {
      await product.stop();
      await engine.stop();
    }
  });
}

const promiseOf = (eventId: string, recordId: string): Promised => ({
  eventId,
  recordId,
  user: OWNER,
  requestHash: '',
  firstAt: '2026-09-30T09:00:00.000Z',
  attempt: 1,
  expiresAt: Math.floor(Date.now() / 1_000) + IDEMPOTENCY_SECONDS,
});
