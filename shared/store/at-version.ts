/**
 * The condition of a write that nobody is to have come before: the item is still at the version that was read, or, where there was none, is
 * not there yet. Without it: `ConditionalCheckFailedException`.
 */
export const atVersion = (previous: number | undefined) =>
  previous === undefined
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#version = :previous',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':previous': previous },
      };
