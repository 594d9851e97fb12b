/**
 * Fetches Debian packages of another release and architecture through apt with folders of its own: the machine's
 * package state is neither read nor changed. Every file is checked against the manifest. For scripts.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DebianMirror, findDebianMirror } from './apt-sources.ts';
import { findProgram, PackagingError, progress, run } from './commands.ts';
import type { DebianPackage, Manifest } from './manifest.ts';

const APT_FOLDER = '/etc/apt';
/** Where a person can name a mirror, on machines whose apt knows none of Debian's. */
const MIRROR_VARIABLE = 'VIRTLAB_DEBIAN_MIRROR';

/** Hash of bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readAptSources(): { name: string; text: string }[] {
  const parts = join(APT_FOLDER, 'sources.list.d');
  const names = existsSync(parts) ? readdirSync(parts).filter((name) => /\.(list|sources)$/.test(name)) : [];
  return [join(APT_FOLDER, 'sources.list'), ...names.sort().map((name) => join(parts, name))]
    .filter((path) => existsSync(path))
    .map((path) => ({ name: path, text: readFileSync(path, 'utf8') }));
}

function debianMirror(): DebianMirror {
  const named = process.env[MIRROR_VARIABLE];
  const signedBy = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const mirror = named === undefined ? findDebianMirror(readAptSources()) : { uri: named, signedBy };
  if (mirror !== undefined) return mirror;
  throw new PackagingError(
    `no Debian mirror in ${APT_FOLDER}; name one with ${MIRROR_VARIABLE}=http://HOST/debian, or give a cache folder`,
  );
}

/** Packages of one suite, in a folder that outlives the run. */
export class PackageStore {
  readonly #folder: string;
  readonly #manifest: Manifest;
  #listsAreFresh = false;

  constructor(folder: string, manifest: Manifest) {
    this.#folder = folder;
    this.#manifest = manifest;
    mkdirSync(join(folder, 'packages'), { recursive: true });
  }

  /** Path of the package's file, downloaded if it is not there yet, with the hash that the manifest states. */
  async file(wanted: DebianPackage): Promise<string> {
    const path = join(this.#folder, 'packages', `${wanted.name}_${wanted.architecture}.deb`);
    if (existsSync(path) && sha256(readFileSync(path)) === wanted.sha256) return path;
    await this.#download(wanted, `=${wanted.version}`, path);
    const found = sha256(readFileSync(path));
    if (found === wanted.sha256) return path;
    rmSync(path);
    throw new PackagingError(
      `${wanted.name} ${wanted.version} has SHA-256 ${found}; the manifest states ${wanted.sha256}`,
    );
  }

  /**
   * Paths of the newest packages that these selections of apt come to, with all that they depend on (and not what they recommend), in an
   * order in which they may be unpacked. apt checks them against the signed lists.
   */
  async closure(selections: readonly string[]): Promise<string[]> {
    await this.#refreshLists();
    const install = ['--yes', '--no-install-recommends', 'install', ...selections];
    const files: string[] = [];
    const note = (line: string): void => {
      const [, name, version, architecture] = /^Inst (\S+) \((\S+) .*\[(\w+)\]\)/.exec(line) ?? [];
      if (name === undefined || version === undefined) return;
      files.push(`${name.replace(/:.*/, '')}_${version.replaceAll(':', '%3a')}_${architecture}.deb`);
    };
    await run('apt-get', [...this.#options(), '--simulate', ...install], { log: this.#log, onLine: note });
    progress(`downloading ${files.length} packages, those aside that are here`);
    await run('apt-get', [...this.#options(), '--download-only', ...install], { log: this.#log });
    return files.map((file) => join(this.#folder, 'cache/archives', file));
  }

  /** What the mirror has now: the entry that the manifest should hold for this package. */
  async newest(wanted: DebianPackage): Promise<DebianPackage> {
    const { path, fields } = await this.#newestFields(wanted);
    const version = fields.get('Version') ?? '';
    const source = fields.get('Source') ?? wanted.name;
    const builtUsing = fields.get('Built-Using');
    return {
      ...wanted,
      version,
      sha256: sha256(readFileSync(path)),
      source: source.includes(' ') ? source : `${source} ${version}`,
      ...(builtUsing === undefined ? {} : { builtUsing }),
    };
  }

  /** What a meta package, as the mirror has it now, depends on. */
  async dependsOf(name: string): Promise<string> {
    const { fields } = await this.#newestFields({ name, architecture: this.#manifest.architecture });
    return fields.get('Depends') ?? '';
  }

  async #newestFields(
    wanted: Pick<DebianPackage, 'name' | 'architecture'>,
  ): Promise<{ path: string; fields: Map<string, string> }> {
    const path = join(this.#folder, 'packages', `${wanted.name}_${wanted.architecture}.deb`);
    await this.#download(wanted, '', path);
    const fields = new Map<string, string>();
    await run('dpkg-deb', ['--field', path, 'Version', 'Source', 'Built-Using', 'Depends'], {
      log: this.#log,
      onLine: (line) => {
        const [, name, value] = /^([\w-]+): (.*)$/.exec(line) ?? [];
        // "busybox (1:1.37.0-6)" or "glibc (= 2.41-12)"
        if (name !== undefined) fields.set(name, (value ?? '').replace(/[(=) ]+/g, ' ').trim());
      },
    });
    return { path, fields };
  }

  get #log(): string {
    return join(this.#folder, 'apt.log');
  }

  async #download(wanted: Pick<DebianPackage, 'name'>, version: string, path: string): Promise<void> {
    await this.#refreshLists();
    progress(`downloading ${wanted.name}${version.replace('=', ' ')}`);
    const folder = join(this.#folder, 'download');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const name = `${wanted.name}:${this.#manifest.architecture}${version}`;
    try {
      await run('apt-get', [...this.#options(), 'download', name], { cwd: folder, log: this.#log });
    } catch (error) {
      if (version === '') throw error;
      throw new PackagingError(
        `the mirror does not have ${name} any more: run with --update to take its newest, and commit the manifest\n${String(error)}`,
      );
    }
    const [file] = readdirSync(folder);
    if (file === undefined) throw new PackagingError(`apt-get downloaded nothing for ${name}`);
    renameSync(join(folder, file), path);
  }

  async #refreshLists(): Promise<void> {
    if (this.#listsAreFresh) return;
    if (findProgram('apt-get') === undefined)
      throw new PackagingError('apt-get is not here: build on Debian, or give a cache folder');
    const mirror = debianMirror();
    for (const part of ['state/lists/partial', 'cache/archives/partial'])
      mkdirSync(join(this.#folder, part), { recursive: true });
    writeFileSync(join(this.#folder, 'state/status'), '');
    const options = `[arch=${this.#manifest.architecture} signed-by=${mirror.signedBy}]`;
    writeFileSync(
      join(this.#folder, 'sources.list'),
      `deb ${options} ${mirror.uri} ${this.#manifest.suite} main\n`,
    );
    progress(`reading the package lists of ${this.#manifest.suite}`);
    await run('apt-get', [...this.#options(), 'update'], { log: this.#log });
    this.#listsAreFresh = true;
  }

  /** Every folder that apt would take from the system, and no lists but those of packages. */
  #options(): string[] {
    const architecture = this.#manifest.architecture;
    const settings = [
      `Dir::Etc::SourceList=${join(this.#folder, 'sources.list')}`,
      'Dir::Etc::SourceParts=/dev/null',
      'Dir::Etc::Preferences=/dev/null',
      'Dir::Etc::PreferencesParts=/dev/null',
      `Dir::State=${join(this.#folder, 'state')}`,
      `Dir::State::status=${join(this.#folder, 'state/status')}`,
      `Dir::Cache=${join(this.#folder, 'cache')}`,
      `APT::Architecture=${architecture}`,
      `APT::Architectures=${architecture}`,
      'APT::Sandbox::User=',
      'APT::Update::Post-Invoke=',
      'APT::Update::Post-Invoke-Success=',
      'Acquire::Languages=none',
      'Acquire::Retries=3',
    ];
    return ['-q', ...settings.flatMap((setting) => ['-o', setting])];
  }
}
