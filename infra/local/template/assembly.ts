/** Reads a cloud assembly (what `cdk synth` writes): the templates of all stacks and where their assets lie. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { TemplateError } from './errors.ts';

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      displayName: z.string().optional(),
      properties: z
        .object({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          file: z.string().optional(),
          directoryName: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

const AssetManifest = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .optional(),
});

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).optional(),
  Condition: z.string().optional(),
  Metadata: z.record(z.string(), z.unknown()).optional(),
});
export type Resource = z.infer<typeof Resource>;

const Template = z.object({
  Resources: z.record(z.string(), Resource).default({}),
  Outputs: z
    .record(
      z.string(),
      z.object({
        Value: z.unknown(),
        Export: z.object({ Name: z.unknown() }).optional(),
        Condition: z.string().optional(),
      }),
    )
    .default({}),
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() })).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
});
type Template = z.infer<typeof Template>;

export interface Stack {
  name: string;
  template: Template;
  /** As CDK was told: absent where the stack is environment-agnostic. */
  account?: string;
  region?: string;
  /** S3 object key of an asset to the file or directory it would be made from. */
  assets: Map<string, string>;
  /** Logical id to construct path, where the assembly tells it. */
  paths: Map<string, string>;
}

/** All stacks of the assembly in `directory`, those of its stages (nested assemblies) too. Throws a `TemplateError` if there is none. */
export function readAssembly(directory: string): Stack[] {
  const manifestFile = join(directory, 'manifest.json');
  if (!existsSync(manifestFile)) {
    throw new TemplateError(`no cloud assembly in ${resolve(directory)}: manifest.json is missing`);
  }
  const manifest = Manifest.parse(json(manifestFile));
  const artifacts = Object.entries(manifest.artifacts);
  const assets = new Map<string, string>();
  for (const [, artifact] of artifacts) {
    if (artifact.type !== 'cdk:asset-manifest' || !artifact.properties?.file) continue;
    readAssets(directory, artifact.properties.file, assets);
  }
  const paths = constructPaths(directory, artifacts);
  const stacks: Stack[] = [];
  for (const [id, artifact] of artifacts) {
    if (artifact.type === 'cdk:cloud-assembly' && artifact.properties?.directoryName) {
      stacks.push(...readAssembly(join(directory, artifact.properties.directoryName)));
    }
    if (artifact.type !== 'aws:cloudformation:stack' || !artifact.properties?.templateFile) continue;
    const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(artifact.environment ?? '') ?? [];
    const name = artifact.properties.stackName ?? id;
    stacks.push({
      name,
      template: Template.parse(json(join(directory, artifact.properties.templateFile))),
      ...(account && account !== 'unknown-account' ? { account } : {}),
      ...(region && region !== 'unknown-region' ? { region } : {}),
      assets,
      paths: paths.get(artifact.displayName ?? id) ?? new Map(),
    });
  }
  if (stacks.length === 0) throw new TemplateError(`the cloud assembly in ${resolve(directory)} has no stacks`);
  return stacks;
}

function readAssets(directory: string, file: string, into: Map<string, string>): void {
  for (const asset of Object.values(AssetManifest.parse(json(join(directory, file))).files ?? {})) {
    if (!asset.source.path) continue;
    for (const destination of Object.values(asset.destinations)) {
      into.set(destination.objectKey, resolve(directory, asset.source.path));
    }
  }
}

/** Construct paths from `aws:cdk:logicalId` metadata; a nicety, so anything odd in it is left out without a word. */
function constructPaths(
  directory: string,
  artifacts: [string, z.infer<typeof Manifest>['artifacts'][string]][],
): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const [id, artifact] of artifacts) {
    if (artifact.type !== 'aws:cloudformation:stack') continue;
    const paths = new Map<string, string>();
    const file = join(directory, `${id}.metadata.json`);
    if (existsSync(file)) {
      const metadata = json(file) as Record<string, { type?: string; data?: unknown }[]>;
      for (const [path, entries] of Object.entries(metadata)) {
        for (const entry of Array.isArray(entries) ? entries : []) {
          if (entry.type === 'aws:cdk:logicalId' && typeof entry.data === 'string')
            paths.set(entry.data, path.slice(1));
        }
      }
    }
    found.set(artifact.displayName ?? id, paths);
  }
  return found;
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
