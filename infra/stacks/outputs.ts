import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { OutputName } from '#infra/names.ts';

/** Outputs of a stack under the names by which commands look for them. */
export function addOutputs(stack: Stack, values: Partial<Record<OutputName, string>>): void {
  for (const [name, value] of Object.entries(values)) new CfnOutput(stack, name, { value });
}
