/**
 * A value that is made when it is first asked for, and once. Schemas are: making one takes about a tenth of a millisecond, there are hundreds
 * of them, and a function that starts needs few.
 */
export function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The same for the properties of an object, each by itself. */
export function lazyObject<Values extends object>(
  make: { readonly [Name in keyof Values]: () => Values[Name] },
): Values {
  const properties = Object.entries(make) as [string, () => unknown][];
  return Object.defineProperties(
    {},
    Object.fromEntries(properties.map(([name, value]) => [name, { get: lazily(value), enumerable: true }])),
  ) as Values;
}
