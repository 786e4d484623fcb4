/** What a handler of an AWS JSON protocol answers; `body` is sent as JSON. */
export interface WireResponse {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** `operation` is the part of `x-amz-target` after the dot; `body` the parsed JSON. */
export type WireHandler = (operation: string, body: unknown) => Promise<WireResponse>;

/** What a call needs to be granted. */
export interface RequiredGrant {
  action: string;
  resource: string;
  context?: Record<string, string | string[]>;
}

export interface WireService {
  handle: WireHandler;
  resources(operation: string, body: unknown): RequiredGrant[];
}
