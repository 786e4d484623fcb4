/** The runtime inside a function's worker thread: loads the bundle, calls its handler, answers with JSON text. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { FunctionFault, InvokeMessage, WorkerMessage, WorkerSettings } from './messages.ts';

type Handler = (event: unknown, context: object) => unknown;

const settings = workerData as WorkerSettings;
const port = parentPort;
if (!port) throw new Error('this is the entry of a worker thread');
const say = (message: WorkerMessage): void => port.postMessage(message);

try {
  const handler = await load();
  port.on('message', (message: InvokeMessage) => void invoke(handler, message));
  say({ kind: 'ready' });
} catch (error) {
  say({ kind: 'broken', fault: faultOf(error) });
}

async function load(): Promise<Handler> {
  const at = settings.handler.lastIndexOf('.');
  const [module, name] = [settings.handler.slice(0, at), settings.handler.slice(at + 1)];
  const file = ['.mjs', '.js', '.cjs'].map((end) => join(settings.codeDirectory, module + end)).find(existsSync);
  if (!file)
    throw runtimeError('Runtime.ImportModuleError', `Cannot find module '${module}' in ${settings.codeDirectory}`);
  const exports = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const handler = exports[name] ?? (exports.default as Record<string, unknown> | undefined)?.[name];
  if (typeof handler !== 'function') {
    throw runtimeError('Runtime.HandlerNotFound', `${settings.handler} is undefined or not exported`);
  }
  if (handler.length > 2) {
    throw runtimeError('Runtime.CallbackHandlerDeprecated', 'Node.js 24 has no handlers with a callback');
  }
  return handler as Handler;
}

async function invoke(handler: Handler, { id, requestId, payload, deadline }: InvokeMessage): Promise<void> {
  try {
    const result = await handler(JSON.parse(payload), {
      awsRequestId: requestId,
      callbackWaitsForEmptyEventLoop: true,
      functionName: settings.functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: settings.functionArn,
      memoryLimitInMB: String(settings.memoryMegabytes),
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    say({ kind: 'done', id, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    say({ kind: 'failed', id, fault: faultOf(error) });
  }
}

function runtimeError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function faultOf(error: unknown): FunctionFault {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}
