/** The thread in which mappings run: JSONata and nothing else. `sandbox.ts` starts it. */
import { parentPort } from 'node:worker_threads';
import jsonata from 'jsonata';
import { type Evaluation, type FailureCode, LIMITS, type Task } from './messages.ts';

/** Expressions that stay compiled: there are a few for each partner. */
const COMPILED_AT_MOST = 50;

const compiled = new Map<string, jsonata.Expression>();

function compile(expression: string): jsonata.Expression {
  const found = compiled.get(expression);
  if (found) return found;
  const made = jsonata(expression, { timeout: LIMITS.milliseconds, stack: LIMITS.depth, sequence: LIMITS.items });
  made.registerFunction('day', dayIn, '<ss:s>');
  if (compiled.size >= COMPILED_AT_MOST) compiled.clear();
  compiled.set(expression, made);
  return made;
}

/**
 * `$day(instant, timeZone)`: the calendar day, `2026-12-02`, of an instant by the clock of a time zone. A system that stores a day as its
 * midnight means the day of its own zone; the first ten characters would be those of UTC.
 */
function dayIn(instant: string, timeZone: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) throw { message: '$day needs an instant, such as 2026-12-01T16:00:00Z.' };
  try {
    // Swedish writes dates in ISO form.
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    return format.format(at).padStart('2026-12-02'.length, '0');
  } catch {
    throw { message: '$day needs a time zone, such as Asia/Shanghai.' };
  }
}

async function perform(task: Task): Promise<Evaluation> {
  try {
    const expression = compile(task.expression);
    if (task.kind === 'compile') return { ok: true, json: undefined };
    const result: unknown = await expression.evaluate(JSON.parse(task.input), { ...task.bindings });
    const json = toJson(result);
    if (json !== undefined && json.length > LIMITS.characters)
      return failure('too-much', `The result is longer than ${LIMITS.characters} characters.`);
    return { ok: true, json };
  } catch (error) {
    return failureOf(error);
  }
}

/** As JSON text; a function, of which JSONata makes an object that holds itself, is none. */
function toJson(result: unknown): string | undefined {
  try {
    return JSON.stringify(result);
  } catch (error) {
    if (error instanceof TypeError) throw { message: 'The result contains a function, so it is not JSON.' };
    throw error;
  }
}

const failure = (code: FailureCode, detail: string): Evaluation => ({ ok: false, code, detail });

const LIMIT_OF: Readonly<Record<string, FailureCode>> = {
  D1011: 'too-deep',
  D1012: 'too-long',
  D2014: 'too-much',
  D2015: 'too-much',
};

/** Errors whose text the mapping's author wrote: $error and $assert. */
const OWN_WORDS: readonly string[] = ['D3137', 'D3141'];

function failureOf(error: unknown): Evaluation {
  const { code = '', message = '', position, value } = error as Partial<jsonata.JsonataError> & { value?: unknown };
  if (error instanceof RangeError)
    return /call stack/.test(message)
      ? failure('too-deep', 'The mapping recurses too deeply.')
      : failure('too-much', 'The mapping produces too large a value.');
  const limit = LIMIT_OF[code];
  if (limit) return failure(limit, withPosition(message, position));
  // A message quotes the value it failed on, which may be somebody's name: only its place is told.
  const quoted = value === undefined ? undefined : JSON.stringify(value);
  const plain = quoted && !OWN_WORDS.includes(code) ? message.replaceAll(quoted, 'a value') : message;
  return failure('failed', withPosition(plain, position));
}

const withPosition = (message: string, position: number | undefined) =>
  position === undefined ? message : `${message} (at character ${position})`;

/** JSONata gives its lists a `push` of their own, which it could not were it frozen outright. */
function letOwn(shared: object, name: string): void {
  const value = (shared as Record<string, unknown>)[name];
  Object.defineProperty(shared, name, {
    get: () => value,
    set(this: object, own: unknown) {
      if (this !== shared)
        Object.defineProperty(this, name, { value: own, writable: true, enumerable: true, configurable: true });
    },
  });
}

// What one message makes of the language's own objects, the next one must not meet.
letOwn(Array.prototype, 'push');
for (const name of ['toString', 'valueOf', 'constructor', 'hasOwnProperty']) letOwn(Object.prototype, name);
for (const shared of [Object, Array, Function, String, Number, Boolean, RegExp, Promise, Map, Date, Error])
  Object.freeze(shared.prototype);

parentPort?.on('message', (task: Task) => {
  void perform(task).then((evaluation) => parentPort?.postMessage(evaluation));
});
parentPort?.postMessage('ready');
