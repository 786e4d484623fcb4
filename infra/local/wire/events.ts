import type { Bus } from '../bus/types.ts';
import type { WireService } from './types.ts';

/** EventBridge over JSON 1.1 (`x-amz-target: AWSEvents.PutEvents`). */
export function eventsWire(_bus: Bus): WireService {
  throw new Error('not built yet');
}
