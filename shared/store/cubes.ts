import { type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { batchWrite, remove } from './batch-write.ts';
import { keys } from './keys.ts';

/** That there is a snapshot of the pipeline, and where. */
export interface CubeHead {
  /** Instant. */
  readonly at: string;
  /** Tells it from others of the same instant. */
  readonly made: string;
  readonly parts: number;
  /** How often the journal had been mended before it was made. */
  readonly mended: number;
  /** The lists that it was packed by. */
  readonly vocabulary: string;
  /** Seconds since 1970; absent where it is kept for ever. */
  readonly expiresAt?: number;
}

/** An item has room for 400 KB. */
const PART_BYTES = 380_000;
/** Few are void or about to be deleted, so the first page has one that is not. */
const HEADS_AT_ONCE = 4;

export type Cubes = ReturnType<typeof openCubes>;

/** Snapshots of the pipeline in the table, in parts. Reads are consistent. */
export function openCubes(table: DynamoDBDocumentClient) {
  const send = (Item: Record<string, unknown>, onlyIf?: string, values?: Record<string, unknown>) =>
    table.send(
      new PutCommand({
        TableName: environment('tableName'),
        Item,
        ...(onlyIf ? { ConditionExpression: onlyIf } : {}),
        ...(values ? { ExpressionAttributeValues: values, ReturnValues: 'ALL_OLD' } : {}),
      }),
    );

  const drop = ({ at, made, parts }: Pick<CubeHead, 'at' | 'made' | 'parts'>) =>
    batchWrite(
      table,
      Array.from({ length: parts }, (_, part) => remove(keys.cubePart(at, made, part))),
    );

  return {
    /** Snapshots at or before an instant, the newest first. */
    async *upTo(at: string): AsyncGenerator<CubeHead> {
      const pages = paginateQuery(
        { client: table, pageSize: HEADS_AT_ONCE },
        {
          TableName: environment('tableName'),
          KeyConditionExpression: 'pk = :pk AND sk <= :at',
          ExpressionAttributeValues: { ':pk': keys.cube('').pk, ':at': at },
          ScanIndexForward: false,
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages)
        for (const { pk: _, sk, ...head } of Items) yield { ...head, at: sk as string } as CubeHead;
    },

    /** The bytes of a snapshot; undefined where a part is no longer there. */
    async bytes({ at, made, parts }: CubeHead): Promise<Uint8Array | undefined> {
      const pages = paginateQuery(
        { client: table },
        {
          TableName: environment('tableName'),
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': keys.cubePart(at, made, 0).pk },
          ConsistentRead: true,
        },
      );
      const found = new Map<string, Uint8Array>();
      for await (const { Items = [] } of pages)
        for (const { sk, cells } of Items) found.set(sk as string, cells as Uint8Array);
      const inOrder = Array.from({ length: parts }, (_, part) => found.get(String(part)));
      return inOrder.every((part) => part !== undefined) ? Buffer.concat(inOrder) : undefined;
    },

    /**
     * Keeps a snapshot: its parts, and then that it is there. Where there is one of that instant which is as good, that one stays;
     * otherwise it goes, parts and all, and whoever is just reading it begins at an older one.
     */
    async put({ at, made, mended, vocabulary, expiresAt }: Omit<CubeHead, 'parts'>, bytes: Uint8Array): Promise<void> {
      const expiry = expiresAt === undefined ? {} : { expiresAt };
      const parts = Math.ceil(bytes.length / PART_BYTES);
      for (let part = 0; part < parts; part++)
        await send({
          ...keys.cubePart(at, made, part),
          cells: bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
          ...expiry,
        });
      try {
        const { Attributes: replaced } = await send(
          { ...keys.cube(at), made, parts, mended, vocabulary, ...expiry },
          'attribute_not_exists(pk) OR mended < :mended OR vocabulary <> :vocabulary',
          { ':mended': mended, ':vocabulary': vocabulary },
        );
        if (replaced) await drop({ ...(replaced as CubeHead), at });
      } catch (error) {
        if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
        await drop({ at, made, parts });
      }
    },
  };
}
