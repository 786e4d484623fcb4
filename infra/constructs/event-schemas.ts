import { CfnRegistry, CfnSchema } from 'aws-cdk-lib/aws-eventschemas';
import { Construct } from 'constructs';
import type { EventContract } from '#shared/events/contract.ts';
import { registryEntryOf } from '#shared/events/registry.ts';

export interface EventSchemasProps {
  readonly registryName: string;
  readonly contracts: readonly EventContract[];
}

/** How many schemas are written at a time: the registry takes few writes a second, and AWS does not say how many. */
const AT_A_TIME = 5;

/** The schema registry, with an entry for every event: whoever subscribes finds the form there, and code bindings for it. */
export class EventSchemas extends Construct {
  constructor(scope: Construct, id: string, { registryName, contracts }: EventSchemasProps) {
    super(scope, id);
    const registry = new CfnRegistry(this, 'Registry', {
      registryName,
      description: 'The events of the partnership CRM, from the schemas that its functions validate against.',
    });
    const written: CfnSchema[] = [];
    for (const contract of contracts) {
      const { name, description, content } = registryEntryOf(contract);
      const schema = new CfnSchema(this, name, {
        registryName: registry.attrRegistryName,
        schemaName: name,
        type: 'OpenApi3',
        description,
        content,
      });
      const before = written.at(-AT_A_TIME);
      if (before) schema.addResourceDependency(before);
      written.push(schema);
    }
  }
}
