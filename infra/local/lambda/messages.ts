/** What the host and a function's worker thread say to each other. Payloads are JSON text: a string is cheap to hand over. */
export interface WorkerSettings {
  codeDirectory: string;
  /** `index.handler`: file without its extension, and export. */
  handler: string;
  functionName: string;
  functionArn: string;
  memoryMegabytes: number;
}

export interface InvokeMessage {
  id: number;
  requestId: string;
  payload: string;
  /** Milliseconds since 1970 at which the invocation times out. */
  deadline: number;
}

/** As Lambda reports an error of a function. */
export interface FunctionFault {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

export type WorkerMessage =
  | { kind: 'ready' }
  | { kind: 'broken'; fault: FunctionFault }
  | { kind: 'done'; id: number; payload: string }
  | { kind: 'failed'; id: number; fault: FunctionFault };
