// Does what the body asks for, with the function's own credentials: {"client": "dynamodb", "command": "PutItemCommand", "input": {…}}.
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as sqs from '@aws-sdk/client-sqs';

const clients = {
  dynamodb: [dynamodb, new dynamodb.DynamoDBClient({ maxAttempts: 1 })],
  eventbridge: [eventbridge, new eventbridge.EventBridgeClient({ maxAttempts: 1 })],
  sqs: [sqs, new sqs.SQSClient({ maxAttempts: 1 })],
};

export const handler = async (event) => {
  if (event.requestContext?.http.method === 'GET') return { statusCode: 200, body: JSON.stringify(event) };
  const { client, command, input } = JSON.parse(event.body);
  const [module, sdk] = clients[client];
  try {
    const { $metadata, ...output } = await sdk.send(new module[command](input));
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(output) };
  } catch (error) {
    return { statusCode: 500, body: JSON.stringify({ name: error.name, message: error.message }) };
  }
};
