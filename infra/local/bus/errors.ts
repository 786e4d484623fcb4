/** Codes as the AWS service names them, so that the wire can pass them on. */
export type BusErrorCode =
  | 'QueueDoesNotExist'
  | 'ReceiptHandleIsInvalid'
  | 'InvalidMessageContents'
  | 'InvalidParameterValue'
  | 'ResourceNotFoundException'
  | 'ValidationException';

/** A request that the bus refuses. */
export class BusError extends Error {
  override name = 'BusError';
  readonly code: BusErrorCode;
  constructor(code: BusErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
