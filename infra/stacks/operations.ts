import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Overview } from '#infra/constructs/overview.ts';
import { stackName } from '#infra/names.ts';
import type { Stage } from '#infra/stages.ts';
import type { ApiStack } from './api.ts';
import type { MailStack } from './mail.ts';
import { addOutputs } from './outputs.ts';
import type { RecordingStack } from './recording.ts';
import type { ReportsStack } from './reports.ts';
import type { StateStack } from './state.ts';

export interface OperationsStackProps {
  readonly stage: Stage;
  readonly state: StateStack;
  readonly recording: RecordingStack;
  readonly reports: ReportsStack;
  readonly api: ApiStack;
  readonly mail: MailStack;
}

/** What an operator looks at: one page over all that the other stacks do. It holds nothing and nothing depends on it. */
export class OperationsStack extends Stack {
  constructor(scope: Construct, id: string, { stage, state, recording, reports, api, mail }: OperationsStackProps) {
    super(scope, id, {
      stackName: stackName(stage.name, 'operations'),
      description: 'Partnership CRM: dashboard.',
    });
    const overview = new Overview(this, 'Overview', {
      stage,
      table: state.table,
      people: state.people,
      bus: state.bus,
      ...recording.parts,
      ...reports.parts,
      ...api.parts,
      ...mail.parts,
    });
    addOutputs(this, { DashboardName: overview.dashboard.dashboardName });
  }
}
