import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import { buildApp } from '#infra/app.ts';
import type { StageName } from '#infra/names.ts';

interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties have no types
  readonly properties: any;
  readonly deletionPolicy: string | undefined;
}

export interface Synthesis {
  readonly app: App;
  /** The resources of all stacks. */
  readonly resources: readonly Resource[];
  of(type: string): readonly Resource[];
}

const scratch: string[] = [];
afterAll(() => {
  for (const directory of scratch) rmSync(directory, { recursive: true, force: true });
});

/** A directory that is gone when the test file is done. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'partnership-infra-'));
  scratch.push(directory);
  return directory;
}

/** The templates of a stage, without compiling a function. `context` is what `-c` gives. */
export function synthesize(stage: StageName = 'dev', context: Readonly<Record<string, unknown>> = {}): Synthesis {
  const app = buildApp({
    stage,
    bundle: false,
    checks: false,
    outdir: scratchDirectory(),
    context,
  });
  const stacks = app.node.children.filter((child) => Stack.isStack(child));
  const resources = stacks.flatMap((stack) =>
    Object.entries(Template.fromStack(stack).toJSON()['Resources'] as Record<string, Record<string, unknown>>).map(
      ([logicalId, resource]) => ({
        stack: stack.node.id,
        logicalId,
        type: resource['Type'] as string,
        properties: resource['Properties'] ?? {},
        deletionPolicy: resource['DeletionPolicy'] as string | undefined,
      }),
    ),
  );
  return { app, resources, of: (type) => resources.filter((resource) => resource.type === type) };
}

/** The logical id that a `Ref` or `Fn::GetAtt` within a stack points at, or the output of another stack that a value comes from. */
export function targetOf(value: unknown): string | undefined {
  const reference = value as {
    Ref?: string;
    'Fn::GetAtt'?: [string, string];
    'Fn::GetStackOutput'?: { OutputName: string };
  };
  return reference?.Ref ?? reference?.['Fn::GetAtt']?.[0] ?? reference?.['Fn::GetStackOutput']?.OutputName;
}

export interface Statement {
  readonly role: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties have no types
  readonly condition: any;
}

/** Every statement of every role's policies; `role` is the construct it belongs to (`Record`, `Publish`). */
export function statementsOf({ of }: Synthesis): Statement[] {
  const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
  return of('AWS::IAM::Policy').flatMap(({ properties }) =>
    properties.PolicyDocument.Statement.map((statement: Record<string, unknown>) => ({
      role: String(targetOf(properties.Roles[0])).replace(/Role[0-9A-F]{8}$/, ''),
      effect: statement['Effect'] as string,
      actions: list(statement['Action'] as string),
      resources: list(statement['Resource']),
      condition: statement['Condition'],
    })),
  );
}
