/*
 * Stands in for `@aws-lambda-powertools/logger` when functions are bundled (`infra/bundle.ts`): the lines that the product writes, without
 * contexts, children, buffers, sampling and decorators, of which it has none (docs/adr/0013). What it has is named and used as there;
 * sources and their tests are written against the package, and a test holds the lines equal.
 */

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL', 'SILENT'] as const;
type Level = (typeof LEVELS)[number];
type Details = Readonly<Record<string, unknown>>;

/** What stands in every line, and is not a detail's to say. */
const RESERVED = new Set(['level', 'message', 'sampling_rate', 'service', 'timestamp']);

export class Logger {
  readonly #service: string;
  readonly #least: number;

  constructor({ serviceName }: { readonly serviceName: string }) {
    this.#service = serviceName;
    this.#least = LEVELS.indexOf(leastLevel());
  }

  debug(message: string, details?: Details): void {
    this.#write('DEBUG', message, details);
  }

  info(message: string, details?: Details): void {
    this.#write('INFO', message, details);
  }

  warn(message: string, details?: Details): void {
    this.#write('WARN', message, details);
  }

  error(message: string, details?: Details): void {
    this.#write('ERROR', message, details);
  }

  #write(level: Level, message: string, details: Details = {}): void {
    if (LEVELS.indexOf(level) < this.#least) return;
    const said = Object.entries(details).filter(([key]) => {
      if (!RESERVED.has(key)) return true;
      this.warn(`The key "${key}" is a reserved key and will be dropped.`);
      return false;
    });
    const line = Object.entries({
      level,
      message,
      timestamp: new Date().toISOString(),
      service: this.#service,
      sampling_rate: 0,
      xray_trace_id: traceId(),
      ...Object.fromEntries(said),
    }).filter(([, value]) => value !== undefined && value !== null && value !== '');
    const stream = level === 'WARN' || level === 'ERROR' ? process.stderr : process.stdout;
    stream.write(`${JSON.stringify(Object.fromEntries(line), withoutCircles())}\n`);
  }
}

function leastLevel(): Level {
  const { AWS_LAMBDA_LOG_LEVEL: lambdas, POWERTOOLS_LOG_LEVEL, LOG_LEVEL } = process.env;
  const given = [lambdas === 'FATAL' ? 'CRITICAL' : lambdas, POWERTOOLS_LOG_LEVEL || LOG_LEVEL];
  return given.find((level): level is Level => LEVELS.includes(level as Level)) ?? 'INFO';
}

/** Lambda sets it anew for each call: `Root=1-…;Parent=…`. */
const traceId = (): string | undefined => /(?:^|;)Root=([^;]*)/.exec(process.env['_X_AMZN_TRACE_ID'] ?? '')?.[1];

/** How values stand in a line: errors by what they are, numbers of any size in digits, and nothing inside itself. */
function withoutCircles() {
  const around: unknown[] = [];
  return function (this: unknown, _key: string, value: unknown): unknown {
    const told = value instanceof Error ? ofError(value) : value;
    if (typeof told === 'bigint') return told.toString();
    if (typeof told !== 'object' || told === null) return told;
    while (around.length > 0 && around.at(-1) !== this) around.pop();
    if (around.includes(told)) return undefined;
    around.push(told);
    return told;
  };
}

const ofError = (error: Error): object => ({
  ...{ name: error.name, location: locationIn(error.stack), message: error.message, stack: error.stack },
  cause: error.cause instanceof Error ? ofError(error.cause) : error.cause,
  ...error,
});

/** The first place of a stack that stands in brackets: `file:line`. */
const locationIn = (stack = ''): string => {
  const [, file, line] = /\(([^()\n]*?):(\d+?):\d+?\)$/m.exec(stack) ?? [];
  return file ? `${file}:${line}` : '';
};
