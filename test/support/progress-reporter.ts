import { relative } from 'node:path';
import type { Reporter, TestModule, TestSpecification } from 'vitest/node';

const EVERY_MS = 10_000;
const SLOWEST = 10;

/** Says how many files are done of all, every ten seconds, and at the end which files took longest. Added to the default reporter. */
export class ProgressReporter implements Reporter {
  readonly #began = performance.now();
  #all = 0;
  #done = 0;
  #saidAt = this.#began;

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#all = specifications.length;
    console.log(`${this.#all} test files`);
  }

  onTestModuleEnd(): void {
    this.#done++;
    const now = performance.now();
    if (process.stdout.isTTY || (now - this.#saidAt < EVERY_MS && this.#done < this.#all)) return;
    this.#saidAt = now;
    console.log(`${this.#done} of ${this.#all} files, ${seconds(now - this.#began)}`);
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const files = modules.map((module) => {
      const { duration, collectDuration, setupDuration } = module.diagnostic();
      return { name: relative(process.cwd(), module.moduleId), ms: duration + collectDuration + setupDuration };
    });
    if (files.length <= SLOWEST) return;
    const slowest = files.sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
    console.log(
      ['\nThe slowest files:', ...slowest.map(({ name, ms }) => `${seconds(ms).padStart(6)}  ${name}`)].join('\n'),
    );
  }
}

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
