import { TemplateError } from './errors.ts';
import type { Resolver, Scope } from './resolve.ts';

type Intrinsic = (argument: unknown, scope: Scope, resolver: Resolver) => unknown;

/** One entry per intrinsic function; whatever is not here is an error where it is met. */
export const intrinsics: Record<string, Intrinsic> = {
  Ref: (argument, scope, resolver) => resolver.ref(text(argument, 'Ref', scope), scope),

  // With anything but a name it is an ordinary property that happens to stand alone.
  Condition: (argument, scope, resolver) =>
    typeof argument === 'string' ? resolver.holds(argument, scope) : { Condition: resolver.resolve(argument, scope) },

  'Fn::GetAtt': (argument, scope, resolver) => {
    const parts = typeof argument === 'string' ? argument.split(/\.(.*)/s) : list(argument, 'Fn::GetAtt', scope);
    const attribute = resolver.resolve(parts[1], scope);
    return resolver.attribute(text(parts[0], 'Fn::GetAtt', scope), text(attribute, 'Fn::GetAtt', scope), scope);
  },

  'Fn::Join': (argument, scope, resolver) => {
    const [separator, parts] = list(argument, 'Fn::Join', scope);
    const values = list(resolver.resolve(parts, scope), 'Fn::Join', scope);
    return values.map((value) => scalar(value, 'Fn::Join', scope)).join(text(separator, 'Fn::Join', scope));
  },

  'Fn::Sub': (argument, scope, resolver) => {
    const [template, variables] = typeof argument === 'string' ? [argument, {}] : list(argument, 'Fn::Sub', scope);
    const given = (variables ?? {}) as Record<string, unknown>;
    return text(template, 'Fn::Sub', scope).replace(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(given, name)) return scalar(resolver.resolve(given[name], scope), whole, scope);
      const [id = name, attribute] = name.split(/\.(.*)/s);
      return scalar(attribute ? resolver.attribute(id, attribute, scope) : resolver.ref(id, scope), whole, scope);
    });
  },

  'Fn::Select': (argument, scope, resolver) => {
    const [index, options] = list(argument, 'Fn::Select', scope);
    const chosen = list(resolver.resolve(options, scope), 'Fn::Select', scope)[Number(resolver.resolve(index, scope))];
    if (chosen === undefined) throw new TemplateError(`${scope.where}: Fn::Select has no entry ${String(index)}`);
    return chosen;
  },

  'Fn::Split': (argument, scope, resolver) => {
    const [separator, whole] = list(argument, 'Fn::Split', scope);
    return text(resolver.resolve(whole, scope), 'Fn::Split', scope).split(text(separator, 'Fn::Split', scope));
  },

  'Fn::ImportValue': (argument, scope, resolver) =>
    resolver.exported(text(resolver.resolve(argument, scope), 'Fn::ImportValue', scope), scope),

  'Fn::GetStackOutput': (argument, scope, resolver) => {
    const { StackName, OutputName, Region } = (resolver.resolve(argument, scope) ?? {}) as Record<string, unknown>;
    if (Region !== undefined && Region !== resolver.place.region) {
      throw new TemplateError(
        `${scope.where}: refers to region ${String(Region)}; the local host has one, ${resolver.place.region}`,
      );
    }
    return resolver.stackOutput(
      text(StackName, 'Fn::GetStackOutput', scope),
      text(OutputName, 'Fn::GetStackOutput', scope),
      scope,
    );
  },

  'Fn::FindInMap': (argument, scope, resolver) => {
    const [map, top, second] = list(resolver.resolve(argument, scope), 'Fn::FindInMap', scope).map(String);
    const found = scope.stack.template.Mappings[map ?? '']?.[top ?? '']?.[second ?? ''];
    if (found === undefined)
      throw new TemplateError(`${scope.where}: Fn::FindInMap has no ${map} / ${top} / ${second}`);
    return found;
  },

  'Fn::Base64': (argument, scope, resolver) =>
    Buffer.from(text(resolver.resolve(argument, scope), 'Fn::Base64', scope)).toString('base64'),

  'Fn::ToJsonString': (argument, scope, resolver) => JSON.stringify(resolver.resolve(argument, scope)),

  'Fn::Length': (argument, scope, resolver) => list(resolver.resolve(argument, scope), 'Fn::Length', scope).length,

  'Fn::If': (argument, scope, resolver) => {
    const [condition, then, otherwise] = list(argument, 'Fn::If', scope);
    return resolver.value(resolver.holds(text(condition, 'Fn::If', scope), scope) ? then : otherwise, scope);
  },

  'Fn::Equals': (argument, scope, resolver) => {
    const [left, right] = list(resolver.resolve(argument, scope), 'Fn::Equals', scope);
    return JSON.stringify(left) === JSON.stringify(right);
  },

  'Fn::And': (argument, scope, resolver) =>
    list(argument, 'Fn::And', scope).every((entry) => resolver.resolve(entry, scope) === true),
  'Fn::Or': (argument, scope, resolver) =>
    list(argument, 'Fn::Or', scope).some((entry) => resolver.resolve(entry, scope) === true),
  'Fn::Not': (argument, scope, resolver) => resolver.resolve(list(argument, 'Fn::Not', scope)[0], scope) !== true,
  'Fn::Contains': (argument, scope, resolver) => {
    const [options, value] = list(resolver.resolve(argument, scope), 'Fn::Contains', scope);
    return list(options, 'Fn::Contains', scope).includes(value);
  },
};

function text(value: unknown, name: string, scope: Scope): string {
  if (typeof value !== 'string')
    throw new TemplateError(`${scope.where}: ${name} has ${JSON.stringify(value)} where a string belongs`);
  return value;
}

function scalar(value: unknown, name: string, scope: Scope): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return text(value, name, scope);
}

function list(value: unknown, name: string, scope: Scope): unknown[] {
  if (!Array.isArray(value))
    throw new TemplateError(`${scope.where}: ${name} has ${JSON.stringify(value)} where a list belongs`);
  return value;
}
