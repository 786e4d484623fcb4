/** `node synthesize-app.ts <directory>`: the app as a cloud assembly. */
import { buildApp } from '#infra/app.ts';

const [, , outdir] = process.argv;
if (!outdir) throw new Error('the directory is missing');
// The checks are for `cdk synth`, which comes before a deployment; a laptop runs what is there.
// The mail goes nowhere, so any address will do; this one belongs to nobody (RFC 2606).
buildApp({ outdir, checks: false, context: { mailFrom: 'partnership-crm@crm.example' } }).synth();
