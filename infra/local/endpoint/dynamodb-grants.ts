/** What a DynamoDB call needs to be granted, from its operation and body, as in AWS's service authorization reference. */
import type { RequiredGrant } from '../wire/types.ts';

interface Body {
  TableName?: string;
  IndexName?: string;
  ResourceArn?: string;
  StreamArn?: string;
  RequestItems?: Record<string, unknown>;
  TransactItems?: Record<string, { TableName?: string }>[];
}

const transactActions: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/** `tables` is the ARN up to the table's name: `arn:aws:dynamodb:eu-west-2:000000000000:table/`. */
export function dynamoGrants(operation: string, input: unknown, tables: string): RequiredGrant[] {
  const body = (input ?? {}) as Body;
  const table = (name: string | undefined): string => (name?.startsWith('arn:') ? name : `${tables}${name ?? ''}`);
  if (body.TransactItems) {
    const grants = body.TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, one]) => ({
        action: `dynamodb:${transactActions[kind] ?? kind}`,
        resource: table(one.TableName),
      })),
    );
    return unique(grants);
  }
  const action = `dynamodb:${operation}`;
  if (body.RequestItems) return Object.keys(body.RequestItems).map((name) => ({ action, resource: table(name) }));
  if (body.TableName) {
    const arn = table(body.TableName);
    return [{ action, resource: body.IndexName ? `${arn}/index/${body.IndexName}` : arn }];
  }
  return [{ action, resource: body.ResourceArn ?? body.StreamArn ?? '*' }];
}

/** Names of the tables that a call may have written to; none for a call that reads. */
export function writtenTables(operation: string, input: unknown): string[] {
  const body = (input ?? {}) as Body;
  switch (operation) {
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return body.TableName ? [nameOf(body.TableName)] : [];
    case 'BatchWriteItem':
      return Object.keys(body.RequestItems ?? {}).map(nameOf);
    case 'TransactWriteItems':
      return [
        ...new Set(
          (body.TransactItems ?? []).flatMap((item) => Object.values(item).map((one) => nameOf(one.TableName ?? ''))),
        ),
      ];
    default:
      return [];
  }
}

function nameOf(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? (nameOrArn.split('/')[1] ?? nameOrArn) : nameOrArn;
}

function unique(grants: RequiredGrant[]): RequiredGrant[] {
  return [...new Map(grants.map((grant) => [`${grant.action} ${grant.resource}`, grant])).values()];
}
