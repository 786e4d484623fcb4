import type { WireResponse } from './types.ts';

/** A refusal in the shape of AWS's JSON protocols; `queryCode` is the older code that SQS sends beside it. */
export class WireFault extends Error {
  override name = 'WireFault';
  readonly code: string;
  readonly queryCode: string | undefined;
  constructor(code: string, message: string, queryCode?: string) {
    super(message);
    this.code = code;
    this.queryCode = queryCode;
  }
}

export function done(body: unknown = {}): WireResponse {
  return { status: 200, body };
}

/** `namespace` stands before the code in `__type`, as the service's model has it. */
export function refusal(fault: WireFault, namespace: string): WireResponse {
  return {
    status: 400,
    headers: { ...(fault.queryCode && { 'x-amzn-query-error': `${fault.queryCode};Sender` }) },
    body: { __type: `${namespace}#${fault.code}`, message: fault.message },
  };
}

/** What a client retries: nothing of the request was done. */
export function failure(error: unknown, code: string, namespace: string): WireResponse {
  const message = error instanceof Error ? error.message : String(error);
  return { status: 500, body: { __type: `${namespace}#${code}`, message } };
}

export function unsupported(service: string, operation: string): WireFault {
  return new WireFault('UnknownOperationException', `${service}:${operation} is not supported by the local bus.`);
}
