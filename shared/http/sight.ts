import { isConfidential, maySee, type Viewer } from '#shared/domain/record/confidentiality.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import type { Call } from './call.ts';
import { routeKeyOf } from './operation.ts';

/** Whether somebody sees more of a record than its count. */
export const maySeeState = (viewer: Viewer, state: RecordState): boolean =>
  maySee(viewer, { confidential: isConfidential(state), owner: state.fields.owner });

/** Who calls an operation that is not open to all. */
export function viewerIn({ viewer, operation }: Call): Viewer {
  if (!viewer) throw new Error(`${routeKeyOf(operation)} was called without a token.`);
  return viewer;
}
