import type { Bus } from '../bus/types.ts';
import type { WireService } from './types.ts';

/** SQS over JSON 1.0 (`x-amz-target: AmazonSQS.SendMessage` and so on). */
export function queuesWire(_bus: Bus): WireService {
  throw new Error('not built yet');
}
