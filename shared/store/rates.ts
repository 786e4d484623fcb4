import {
  type DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { FxRates } from '#shared/domain/money/fx-rates.ts';
import type { Actor } from '#shared/events/envelope.ts';
import { environment } from '#shared/runtime/environment.ts';
import { keys } from './keys.ts';

/** The rates of a date, and which setting of them it is: 1 for the first. */
export interface RatesOfDate {
  readonly rates: FxRates;
  readonly version: number;
}

export interface PutRates {
  readonly date: string;
  /** Pounds for one unit, by currency. */
  readonly rates: Readonly<Record<string, string>>;
  /** Now, as an instant. */
  readonly at: string;
  readonly actor: Actor;
  /** Names the entry in the audit trail. */
  readonly eventId: string;
  /** The version that the author saw; 0 says that there was none. Anything goes where it is left out. */
  readonly expectedVersion?: number;
}

export type PutRatesOutcome =
  | { readonly outcome: 'put'; readonly put: RatesOfDate }
  | { readonly outcome: 'stale'; readonly version: number };

/** The newest rate of a currency dated on or before a date. */
export interface NewestRate {
  readonly currency: string;
  readonly date: string;
  readonly rate: string;
}

export interface RatesInForceQuery {
  /** A calendar day. */
  readonly on: string;
  /** By what had been recorded by this instant; by what is known now where it is left out. */
  readonly knownAt?: string;
  readonly currencies: readonly string[];
}

interface Item extends FxRates {
  readonly version: number;
}

/** Every setting of rates moves this lock on, so that two at once cannot both be the next version of a date. */
interface CurrenciesItem {
  readonly v: number;
  /** Every currency that ever had a rate. */
  readonly currencies: ReadonlySet<string>;
}

const ATTEMPTS = 8;
/** How long rates are tried after they were stamped: a report that knows those stamped by its cut-off waits a little longer. */
const GIVE_UP_MILLISECONDS = 3_000;
/** Rates of so many dates are read at once; as a rule they all have the currencies that are asked for. */
const DATES_AT_ONCE = 8;

export type Rates = ReturnType<typeof openRates>;

/** The exchange rates in the table: each date's rates in every version they had, with an audit entry each. */
export function openRates(table: DynamoDBDocumentClient) {
  /** The rates that were set for a date, newest version; consistent. */
  const ofDate = async (date: string): Promise<RatesOfDate | undefined> => {
    const { pk, sk } = keys.fxRates(date, '');
    const { Items } = await table.send(
      new QueryCommand({
        TableName: environment('tableName'),
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :date)',
        ExpressionAttributeValues: { ':pk': pk, ':date': sk },
        ScanIndexForward: false,
        Limit: 1,
        ConsistentRead: true,
      }),
    );
    const item = Items?.[0] as Item | undefined;
    return item && { rates: ratesOf(item), version: item.version };
  };

  const currenciesItem = async (): Promise<CurrenciesItem | undefined> => {
    const { Item } = await table.send(
      new GetCommand({ TableName: environment('tableName'), Key: keys.fxCurrencies(), ConsistentRead: true }),
    );
    return Item as CurrenciesItem | undefined;
  };

  return {
    ofDate,

    /**
     * Sets the rates of a date. What stood before is kept. `stale` where the author had seen another version. Throws where others were
     * quicker again and again, and `AbortError` after 3 seconds.
     */
    async put(put: PutRates): Promise<PutRatesOutcome> {
      const giveUp = AbortSignal.timeout(GIVE_UP_MILLISECONDS);
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const known = await currenciesItem();
        const before = await ofDate(put.date);
        const version = before?.version ?? 0;
        if (put.expectedVersion !== undefined && put.expectedVersion !== version) return { outcome: 'stale', version };
        const recordedAt = later(put.at, before?.rates.recordedAt);
        const rates: FxRates = { date: put.date, base: 'GBP', rates: { ...put.rates }, recordedAt };
        if (await write({ ...put, rates, version: version + 1 }, known, before, giveUp))
          return { outcome: 'put', put: { rates, version: version + 1 } };
      }
      throw new Error(`The rates of ${put.date} were set by others ${ATTEMPTS} times in between.`);
    },

    /**
     * For each of the currencies that has one, the rate in force on a day: of the newest date on or before it whose rates have that
     * currency. A date's rates are those of the last version recorded by `knownAt`.
     */
    async inForce({ on, knownAt, currencies }: RatesInForceQuery): Promise<NewestRate[]> {
      const { currencies: ever } = (await currenciesItem()) ?? { currencies: new Set<string>() };
      const missing = new Set(currencies.filter((currency) => ever.has(currency)));
      const found: NewestRate[] = [];
      if (missing.size === 0) return found;
      const pages = paginateQuery(
        { client: table, pageSize: DATES_AT_ONCE },
        {
          TableName: environment('tableName'),
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          // `$` follows `#`: every version of the day itself is in, and the list of currencies is not.
          ExpressionAttributeValues: { ':pk': keys.fxCurrencies().pk, ':first': '0', ':last': `${on}$` },
          ScanIndexForward: false,
          ConsistentRead: true,
        },
      );
      let date: string | undefined;
      for await (const page of pages)
        for (const item of (page.Items ?? []) as Item[]) {
          if (item.date === date || (knownAt !== undefined && item.recordedAt > knownAt)) continue;
          date = item.date;
          for (const [currency, rate] of Object.entries(item.rates))
            if (missing.delete(currency)) found.push({ currency, date, rate });
          if (missing.size === 0) return found;
        }
      return found;
    },
  };

  async function write(
    { date, rates, version, at, actor, eventId }: Omit<PutRates, 'rates'> & { rates: FxRates; version: number },
    known: CurrenciesItem | undefined,
    before: RatesOfDate | undefined,
    abortSignal: AbortSignal,
  ): Promise<boolean> {
    const TableName = environment('tableName');
    const currencies = new Set([...(known?.currencies ?? []), ...Object.keys(rates.rates)]);
    const audit = { actor, at, eventId, version, to: rates.rates, ...(before ? { from: before.rates.rates } : {}) };
    try {
      await table.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Put: {
                TableName,
                Item: { ...keys.fxCurrencies(), v: (known?.v ?? 0) + 1, currencies },
                ...(known
                  ? { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': known.v } }
                  : { ConditionExpression: 'attribute_not_exists(pk)' }),
              },
            },
            { Put: { TableName, Item: { ...keys.fxRates(date, rates.recordedAt), ...rates, version } } },
            { Put: { TableName, Item: { ...keys.audit(`fx#${date}`, at, eventId), ...audit } } },
          ],
        }),
        { abortSignal },
      );
      return true;
    } catch (error) {
      if ((error as Error).name !== 'TransactionCanceledException') throw error;
      const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
      const lost = ['ConditionalCheckFailed', 'TransactionConflict'];
      if (!reasons.some(({ Code }) => Code !== undefined && lost.includes(Code))) throw error;
      return false;
    }
  }
}

const ratesOf = ({ date, base, rates, recordedAt }: Item): FxRates => ({ date, base, rates, recordedAt });

/** Versions of a date are ordered by when they were recorded, so a later one is recorded later, by a millisecond at least. */
const later = (at: string, before: string | undefined): string =>
  before !== undefined && at <= before ? new Date(Date.parse(before) + 1).toISOString() : at;
