/** Finds a Java that can run DynamoDB Local. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StartFailure } from '../failure.ts';

const run = promisify(execFile);

/** DynamoDB Local 3 is compiled for it. */
const oldestJava = 17;

const installLines = [
  '  Debian, Ubuntu:  sudo apt install openjdk-17-jre-headless',
  '  macOS:           brew install openjdk@17   (and follow the line it prints about the PATH)',
  '  Windows:         winget install EclipseAdoptium.Temurin.17.JRE',
].join('\n');

/**
 * The `java` to start: that of `JAVA_HOME` if it is set, else the one on the `PATH`. Throws a `StartFailure` with the install lines
 * where there is none or it is too old.
 */
export async function findJava(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const home = environment.JAVA_HOME;
  const candidates = [...(home ? [join(home, 'bin', 'java')] : []), 'java'];
  let tooOld: string | undefined;
  for (const candidate of candidates) {
    const version = await versionOf(candidate, environment);
    if (version === undefined) continue;
    if (version >= oldestJava) return candidate;
    tooOld = `${candidate} is version ${version}`;
  }
  throw new StartFailure(
    `DynamoDB Local needs Java ${oldestJava} or later: ${tooOld ?? 'no java was found'}.\n${installLines}\n` +
      'Or set LOCAL_DYNAMODB_URL to a DynamoDB-compatible endpoint of your own.',
  );
}

/** The one that is most likely right, without a look at its version. */
export function likelyJava(environment: NodeJS.ProcessEnv): string {
  const home = environment.JAVA_HOME;
  const candidate = home ? join(home, 'bin', process.platform === 'win32' ? 'java.exe' : 'java') : undefined;
  return candidate && existsSync(candidate) ? candidate : 'java';
}

/** Major version, undefined where it cannot be run. */
async function versionOf(java: string, environment: NodeJS.ProcessEnv): Promise<number | undefined> {
  try {
    const { stderr, stdout } = await run(java, ['-version'], { env: environment, timeout: 20_000 });
    return parseJavaVersion(stderr + stdout);
  } catch {
    return undefined;
  }
}

/** `openjdk version "17.0.15"` is 17, `java version "1.8.0_202"` is 8. */
export function parseJavaVersion(output: string): number | undefined {
  const [, major, minor] = /version "(\d+)(?:\.(\d+))?/.exec(output) ?? [];
  if (!major) return undefined;
  return Number(major === '1' && minor ? minor : major);
}
