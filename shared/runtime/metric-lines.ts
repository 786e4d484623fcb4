/*
 * Stands in for `@aws-lambda-powertools/metrics` when functions are bundled (`infra/bundle.ts`): counts and times with the service as their
 * only dimension, written as one line in CloudWatch's embedded metric format (docs/adr/0013). What it has is named and used as there;
 * sources and their tests are written against the package, and a test holds the lines equal.
 */

export const MetricUnit = { Count: 'Count', Milliseconds: 'Milliseconds' } as const;

/** What CloudWatch takes in one line: metrics, and values of each. */
const MOST = 100;

export class Metrics {
  readonly #namespace: string;
  readonly #service: string;
  #stored: Record<string, { readonly unit: string; readonly values: number[] }> = {};

  constructor({ namespace, serviceName }: { readonly namespace: string; readonly serviceName: string }) {
    this.#namespace = namespace;
    this.#service = serviceName;
  }

  addMetric(name: string, unit: string, value: number): void {
    if (!(name in this.#stored) && Object.keys(this.#stored).length >= MOST) this.publishStoredMetrics();
    const metric = this.#stored[name] ?? { unit, values: [] };
    this.#stored[name] = metric;
    metric.values.push(value);
    if (metric.values.length === MOST) this.publishStoredMetrics();
  }

  hasStoredMetrics(): boolean {
    return Object.keys(this.#stored).length > 0;
  }

  publishStoredMetrics(): void {
    const stored = Object.entries(this.#stored);
    this.#stored = {};
    if (stored.length === 0 || process.env['POWERTOOLS_METRICS_DISABLED'] === 'true') return;
    const line = {
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [
          {
            Namespace: this.#namespace,
            Dimensions: [['service']],
            Metrics: stored.map(([Name, { unit }]) => ({ Name, Unit: unit })),
          },
        ],
      },
      service: this.#service,
      ...Object.fromEntries(stored.map(([name, { values }]) => [name, values.length === 1 ? values[0] : values])),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}
