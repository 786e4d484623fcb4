type Paths = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Finds the methods that a path has, by the `paths` of an OpenAPI document, which is read once. None for an unknown path. */
export function createMethodLookup(loadPaths: () => Paths): (path: string) => readonly string[] {
  let templates: readonly { readonly segments: readonly string[]; readonly methods: readonly string[] }[] | undefined;
  return (path) => {
    templates ??= Object.entries(loadPaths()).map(([template, operations]) => ({
      segments: template.split('/'),
      methods: METHODS.filter((method) => method.toLowerCase() in operations),
    }));
    const segments = path.split('/');
    const fits = (template: readonly string[]) =>
      template.length === segments.length &&
      template.every((part, index) => (part.startsWith('{') ? segments[index] !== '' : part === segments[index]));
    const found = new Set(templates.filter((each) => fits(each.segments)).flatMap(({ methods }) => methods));
    if (found.has('GET')) found.add('HEAD');
    return [...found];
  };
}
