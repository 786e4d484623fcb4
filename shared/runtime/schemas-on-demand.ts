import * as zod from 'zod/v4';

/*
 * Stands in for zod when functions are bundled (`infra/bundle.ts`): the same schemas, each made when something is first asked of it. A
 * function imports the schemas of every call that its modules know, and a start needs those of none, a request those of one. What is
 * built here is zod's own: a stand-in only remembers how, and a schema inside another is put there as itself. What this list does not
 * have is zod's as it stands, made at once.
 */
export * from 'zod/v4';

/** Methods that make another schema of one, so that the making can wait. Any other is asked of the schema itself, which makes it. */
const BUILDING = new Set<PropertyKey>([
  ...['array', 'catch', 'catchall', 'check', 'default', 'describe', 'exclude', 'extend', 'extract', 'gt', 'gte', 'int'],
  ...['keyof', 'length', 'lt', 'lte', 'max', 'meta', 'min', 'multipleOf', 'nonempty', 'nonnegative', 'normalize'],
  ...['nullable', 'nullish', 'omit', 'optional', 'or', 'overwrite', 'partial', 'pick', 'pipe', 'positive', 'prefault'],
  ...['readonly', 'refine', 'regex', 'required', 'safeExtend', 'startsWith', 'endsWith', 'superRefine', 'toLowerCase'],
  ...['toUpperCase', 'transform', 'trim'],
]);
/** Those of them that leave an object's fields as they are. */
const KEEPING_SHAPE = new Set<PropertyKey>(['check', 'describe', 'meta', 'overwrite', 'refine', 'superRefine']);

type Schema = Record<PropertyKey, unknown>;

interface Remembered {
  readonly make: () => Schema;
  /** An object's fields, which are known before it is made. */
  readonly shape: object | undefined;
  made: Schema | undefined;
}

/** What a stand-in is asked for the schema itself. */
const ITSELF = Symbol('schema');

const STAND_IN: ProxyHandler<Remembered> = {
  get(remembered, name) {
    const { shape } = remembered;
    if (name === 'shape' && shape) return shape;
    if (BUILDING.has(name))
      return (...given: unknown[]) => {
        // `meta()` tells what `meta(…)` was given.
        if (given.length === 0 && name === 'meta') return called(schemaOf(remembered), name, given);
        return standIn(
          () => called(schemaOf(remembered), name, given) as Schema,
          KEEPING_SHAPE.has(name) ? shape : undefined,
        );
      };
    const schema = schemaOf(remembered);
    if (name === ITSELF) return schema;
    const value = schema[name];
    return typeof value === 'function' ? value.bind(schema) : value;
  },
  has: (remembered, name) => name === ITSELF || name in schemaOf(remembered),
};

const schemaOf = (remembered: Remembered): Schema => {
  remembered.made ??= remembered.make();
  return remembered.made;
};

/** There are hundreds of these at a start: nothing is made for one but itself. */
const standIn = (make: () => Schema, shape?: object): object => new Proxy({ make, shape, made: undefined }, STAND_IN);

const called = (schema: Schema, name: PropertyKey, given: readonly unknown[]): unknown =>
  (schema[name] as (...given: unknown[]) => unknown).call(schema, ...given.map(withSchemas));

/** What zod is given: schemas where stand-ins are, in a list or among an object's own values too. Getters stay: they are for what refers to itself. */
function withSchemas(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return given;
  if (ITSELF in given) return given[ITSELF];
  if (Array.isArray(given)) return given.map(schemaOr);
  if (Object.getPrototypeOf(given) !== Object.prototype) return given;
  const properties = Object.entries(Object.getOwnPropertyDescriptors(given)).map(
    ([name, property]) => [name, property.get ? property : { ...property, value: schemaOr(property.value) }] as const,
  );
  return Object.defineProperties({}, Object.fromEntries(properties));
}

const schemaOr = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && ITSELF in value ? value[ITSELF] : value;

/* @__NO_SIDE_EFFECTS__ */
const onDemand = <Make extends (...given: never[]) => object>(make: Make): Make =>
  ((...given: unknown[]) => standIn(() => make(...(given.map(withSchemas) as never[])) as Schema)) as unknown as Make;

/** The same for objects, whose first argument is their fields. */
/* @__NO_SIDE_EFFECTS__ */
const objectOnDemand = <Make extends (...given: never[]) => object>(make: Make): Make =>
  ((...given: unknown[]) =>
    standIn(
      () => make(...(given.map(withSchemas) as never[])) as Schema,
      given[0] as object | undefined,
    )) as unknown as Make;

export const array = onDemand(zod.array);
export const boolean = onDemand(zod.boolean);
export const discriminatedUnion = onDemand(zod.discriminatedUnion);
export const email = onDemand(zod.email);
export const int = onDemand(zod.int);
export const literal = onDemand(zod.literal);
export const looseObject = objectOnDemand(zod.looseObject);
export const number = onDemand(zod.number);
export const object = objectOnDemand(zod.object);
export const record = onDemand(zod.record);
export const strictObject = objectOnDemand(zod.strictObject);
export const string = onDemand(zod.string);
export const tuple = onDemand(zod.tuple);
export const union = onDemand(zod.union);
export const unknown = onDemand(zod.unknown);
export const url = onDemand(zod.url);
const oneOf = onDemand(zod.enum);
const nothing = onDemand(zod.null);

export { nothing as null, oneOf as enum };
export const iso = { date: onDemand(zod.iso.date), datetime: onDemand(zod.iso.datetime) };
