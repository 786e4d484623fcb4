import { workerData } from 'node:worker_threads';
import { buildApp } from '#infra/app.ts';

// The checks are for `cdk synth`, which comes before a deployment; a laptop runs what is there.
buildApp({ outdir: String(workerData), checks: false }).synth();
