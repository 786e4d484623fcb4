/** CloudFormation's intrinsic functions over all stacks of an assembly, resolved to what this host will have under those names. */
import type { Stack } from './assembly.ts';
import { TemplateError } from './errors.ts';
import { describerOf, type Identity, type Place, stableId } from './identity.ts';
import { intrinsics } from './intrinsics.ts';

const noValue = Symbol('AWS::NoValue');

/** Resolves values of one template; the `Resolver` of an assembly makes one for each stack. */
export interface Scope {
  stack: Stack;
  /** Where an error stands. */
  where: string;
}

export class Resolver {
  readonly #stacks: Map<string, Stack>;
  readonly #identities = new Map<string, Identity>();
  readonly #resolving = new Set<string>();
  readonly place: Place;

  constructor(stacks: Stack[], place: Place) {
    this.#stacks = new Map(stacks.map((stack) => [stack.name, stack]));
    this.place = place;
  }

  /** The value without intrinsics; `AWS::NoValue` leaves its property or list entry out. Throws a `TemplateError` naming the place. */
  resolve(value: unknown, scope: Scope): unknown {
    const resolved = this.value(value, scope);
    return resolved === noValue ? undefined : resolved;
  }

  /** Whether the resource or output with that `Condition` exists. */
  holds(condition: string | undefined, scope: Scope): boolean {
    if (condition === undefined) return true;
    const body = scope.stack.template.Conditions[condition];
    if (body === undefined) throw new TemplateError(`${scope.where}: there is no condition ${condition}`);
    return this.value(body, scope) === true;
  }

  /** For intrinsic functions; may give the symbol that stands for `AWS::NoValue`. */
  value(value: unknown, scope: Scope): unknown {
    if (Array.isArray(value)) {
      return value.map((entry) => this.value(entry, scope)).filter((entry) => entry !== noValue);
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first && isIntrinsic(first[0])) {
      const [name, argument] = first;
      const intrinsic = intrinsics[name];
      if (!intrinsic) throw new TemplateError(`${scope.where}: ${name} is not resolved by the local host`);
      return intrinsic(argument, scope, this);
    }
    const object: Record<string, unknown> = {};
    for (const [key, entry] of entries) {
      const resolved = this.value(entry, scope);
      if (resolved !== noValue) object[key] = resolved;
    }
    return object;
  }

  ref(name: string, scope: Scope): unknown {
    const pseudo = this.#pseudo(name, scope);
    if (pseudo !== undefined) return pseudo;
    const { template } = scope.stack;
    const parameter = template.Parameters[name];
    if (parameter) {
      if (parameter.Default === undefined || parameter.Type.startsWith('AWS::SSM::Parameter::Value')) {
        throw new TemplateError(`${scope.where}: parameter ${name} (${parameter.Type}) has no value on one machine`);
      }
      return parameter.Default;
    }
    return this.identity(name, scope).ref;
  }

  attribute(logicalId: string, attribute: string, scope: Scope): string {
    const value = this.identity(logicalId, scope).attributes[attribute];
    if (value === undefined) {
      const type = scope.stack.template.Resources[logicalId]?.Type;
      throw new TemplateError(
        `${scope.where}: attribute ${attribute} of ${logicalId} (${type}) is not known to the local host`,
      );
    }
    return value;
  }

  /** The value of another stack's output (`Fn::GetStackOutput`, CDK's weak cross-stack reference). */
  stackOutput(stackName: string, outputName: string, scope: Scope): unknown {
    const stack = this.#stacks.get(stackName);
    const output = stack?.template.Outputs[outputName];
    if (!stack || !output) {
      throw new TemplateError(
        `${scope.where}: there is no output ${outputName} of a stack ${stackName} in this assembly`,
      );
    }
    return this.#guarded(`${stackName}#${outputName}`, scope, () =>
      this.resolve(output.Value, { stack, where: `${stackName} / output ${outputName}` }),
    );
  }

  /** The value exported under that name by any stack (`Fn::ImportValue`). */
  exported(name: string, scope: Scope): unknown {
    for (const stack of this.#stacks.values()) {
      const inStack: Scope = { stack, where: `${stack.name} / outputs` };
      for (const output of Object.values(stack.template.Outputs)) {
        if (output.Export && this.resolve(output.Export.Name, inStack) === name)
          return this.resolve(output.Value, inStack);
      }
    }
    throw new TemplateError(`${scope.where}: no stack exports ${name}`);
  }

  /** What a resource is called. */
  identity(logicalId: string, scope: Scope): Identity {
    const { stack } = scope;
    const key = `${stack.name}/${logicalId}`;
    const known = this.#identities.get(key);
    if (known) return known;
    const resource = stack.template.Resources[logicalId];
    if (!resource)
      throw new TemplateError(`${scope.where}: refers to ${logicalId}, which is not in the template of ${stack.name}`);
    return this.#guarded(key, scope, () => {
      const here: Scope = { stack, where: `${stack.name} / ${logicalId} (${resource.Type})` };
      const property = (name: string): unknown => this.resolve(resource.Properties?.[name], here);
      const name = (propertyName: string, maximum = 255): string => {
        const given = property(propertyName);
        if (typeof given === 'string') return given;
        const made = `${stack.name}-${logicalId}`;
        return made.length <= maximum ? made : `${made.slice(0, maximum - 9)}-${stableId(8, made)}`;
      };
      const describe = describerOf(resource.Type);
      const identity = describe
        ? describe({ place: this.place, stack: stack.name, logicalId, name, property })
        : { ref: `${stack.name}-${logicalId}`, attributes: {} };
      this.#identities.set(key, identity);
      return identity;
    });
  }

  #pseudo(name: string, scope: Scope): unknown {
    switch (name) {
      case 'AWS::Partition':
        return this.place.partition;
      case 'AWS::Region':
        return this.place.region;
      case 'AWS::AccountId':
        return this.place.account;
      case 'AWS::URLSuffix':
        return this.place.urlSuffix;
      case 'AWS::StackName':
        return scope.stack.name;
      case 'AWS::StackId':
        return `arn:${this.place.partition}:cloudformation:${this.place.region}:${this.place.account}:stack/${scope.stack.name}/local`;
      case 'AWS::NotificationARNs':
        return [];
      case 'AWS::NoValue':
        return noValue;
      default:
        return undefined;
    }
  }

  #guarded<T>(key: string, scope: Scope, compute: () => T): T {
    if (this.#resolving.has(key)) throw new TemplateError(`${scope.where}: circular reference through ${key}`);
    this.#resolving.add(key);
    try {
      return compute();
    } finally {
      this.#resolving.delete(key);
    }
  }
}

function isIntrinsic(key: string): boolean {
  return key === 'Ref' || key === 'Condition' || key.startsWith('Fn::');
}
