/**
 * What the Linux guests are made of: pinned Debian packages with their hashes, read from `manifest.json`. For scripts.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';

/** A package as the mirror has it, and what to say about its sources. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: 'all' | 'riscv64';
  readonly sha256: string;
  /** The Debian source package that it is built from, and what is linked into it: the written offer names them. */
  readonly source: string;
  readonly builtUsing?: string | undefined;
}

export interface Manifest {
  readonly suite: string;
  readonly architecture: 'riscv64';
  /** The source of the kernels that we build. */
  readonly kernel: DebianPackage;
  /** Debian's own build of a kernel. */
  readonly stockKernel: DebianPackage;
  readonly busybox: DebianPackage;
  /** What is below a kernel that owns its machine. */
  readonly firmware: DebianPackage;
  /** Goes into the kernel instead of the time of building. */
  readonly buildTimestamp: string;
}

const PackageSchema: v.GenericSchema<unknown, DebianPackage> = v.object({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.+-]+$/)),
  version: v.pipe(v.string(), v.regex(/^[\w.+:~-]+$/)),
  architecture: v.picklist(['all', 'riscv64']),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  source: v.string(),
  builtUsing: v.optional(v.string()),
});

const ManifestSchema: v.GenericSchema<unknown, Manifest> = v.object({
  suite: v.string(),
  architecture: v.literal('riscv64'),
  kernel: PackageSchema,
  stockKernel: PackageSchema,
  busybox: PackageSchema,
  firmware: PackageSchema,
  buildTimestamp: v.string(),
});

const FILE: URL = new URL('manifest.json', import.meta.url);

/** Reads the committed manifest. */
export function readManifest(): Manifest {
  return v.parse(ManifestSchema, JSON.parse(readFileSync(FILE, 'utf8')));
}

/** Replaces the committed manifest (after `--update`). */
export function writeManifest(manifest: Manifest): void {
  writeFileSync(FILE, `${JSON.stringify(manifest, null, 2)}\n`);
}
