/**
 * Disks that last: each has a name, and under it a journal in the browser's files. A lab that is opened begins on what was last committed,
 * which its scenario then names as a layer; what its guests flush is committed while they stand still. A disk that another tab has is a
 * copy here, which is not kept; when that tab goes, it is kept here from then on, unless it has changed there meanwhile.
 */
import { fail, ok, type Result } from '#base/result';
import type { VmSpec } from '#base/scenario';
import type { KeptDiskState } from '#bridge/protocol/disks';
import type { KeptDisk } from '#lab/disks/kept-disk';
import type { Scenario } from '#lab/scenario';
import { keptName, type SoftwareStore } from '#lab/software';
import { MemorySyncFile, type SyncFile } from '#lab/storage/sync-file';
import type { Layer } from '#machine/devices/disk/layers/layer';
import type { DiskService } from './disk-service.ts';

interface OpenDisk {
  readonly disk: KeptDisk;
  readonly files: readonly SyncFile[];
}
/** A disk that another tab has, as it was when it was looked at. */
interface ForeignDisk {
  readonly sizeBytes: number;
  readonly mark: string;
  readonly state: 'elsewhere' | 'changed';
}

/** The parts of a journal, as its files end. */
const PARTS = ['a', 'b'] as const;
const PREFIX = 'kept-';
/** Between two looks whether another tab still has a disk. */
const LOOK_MS = 1000;

/** The disk of which a file is a part. */
export function diskOfFile(file: string): string | undefined {
  return /^kept-([A-Za-z0-9-]+)\.[ab]$/.exec(file)?.[1];
}

/** VMs that write to a disk. */
export function usersOf(name: string, vms: readonly VmSpec[]): string[] {
  return vms.flatMap((vm) => (vm.disks.some((disk) => keptName(disk) === name) ? [vm.name] : []));
}

/** What one lab has of the kept disks; it may write once it is the one that is seen. */
export type Run = Pick<SoftwareStore, 'keeper'>;

export class KeptDisks {
  readonly #service: DiskService;
  readonly #changed: () => void;
  readonly #open = new Map<string, OpenDisk>();
  #foreign: ReadonlyMap<string, ForeignDisk> = new Map();
  #looking: ReturnType<typeof setTimeout> | undefined;
  #live: Run | undefined;

  /** @param changed another tab has taken or left a disk */
  constructor(service: DiskService, changed: () => void = () => undefined) {
    this.#service = service;
    this.#changed = changed;
  }

  /** For a lab that is being opened. */
  run(): Run {
    const run: Run = {
      // Whoever has it when something is flushed: a disk may come to be this tab's while the lab runs.
      keeper: (name) => ({
        commit: (change) => this.#open.get(name)?.disk.keeperFor(run).commit(change) ?? 'unseen',
      }),
    };
    return run;
  }

  /** The lab that is seen from now on: what was committed by the one before stays until it commits. */
  see(run: Run): void {
    this.#live = run;
    for (const { disk } of this.#open.values()) disk.live = run;
  }

  /** Disks of labs here that are not kept here, by name. */
  get foreign(): ReadonlyMap<string, ForeignDisk> {
    return this.#foreign;
  }
  stateOf(name: string): KeptDiskState {
    return this.#open.has(name) ? 'here' : (this.#foreign.get(name)?.state ?? 'free');
  }

  /** A scenario whose kept disks begin as they were last committed. */
  async begin(scenario: Scenario): Promise<Scenario> {
    const hosts = [];
    for (const host of scenario.hosts) {
      const vms = [];
      for (const vm of host.vms) vms.push(await this.beginVm(vm));
      hosts.push({ ...host, vms });
    }
    return { ...scenario, hosts };
  }

  /** A VM whose kept disks begin as they were last committed. */
  async beginVm(vm: VmSpec): Promise<VmSpec> {
    const disks = [];
    for (const disk of vm.disks) {
      const name = keptName(disk);
      const sealed = name === undefined ? undefined : await this.#committed(name, disk.sizeBytes);
      const begins = sealed !== undefined && sealed.sizeBytes <= disk.sizeBytes;
      disks.push(
        begins ? { ...disk, content: { ...disk.content, kind: 'layered', layer: sealed.name } } : disk,
      );
    }
    return { ...vm, disks };
  }

  /** Opens what VMs will commit to, and leaves what they begin on as it is: they go on from a state of their own. */
  async open(vms: readonly VmSpec[]): Promise<void> {
    for (const disk of vms.flatMap((vm) => vm.disks)) {
      const name = keptName(disk);
      if (name !== undefined) await this.#lookAt(name, disk.sizeBytes);
    }
  }

  /** What a disk was last committed as, among the kept layers; nothing where nothing was. */
  async #committed(name: string, sizeBytes: number): Promise<Layer | undefined> {
    const found = await this.#lookAt(name, sizeBytes);
    if (!found.ok) return undefined;
    const sealed = await this.#sealed(found.value);
    const [top] = sealed.ok ? sealed.value : [];
    if (top === undefined) return undefined;
    const kept = await this.#service.keep([{ bytes: top.file, title: name }]);
    return kept.ok ? top : undefined;
  }
  /** A disk as layers, the uppermost first; none where nothing was committed. */
  async #sealed(disk: KeptDisk): Promise<Result<readonly Layer[]>> {
    const { below } = disk;
    const chain = below === undefined ? ok([]) : await this.#service.chain(below);
    if (!chain.ok) return chain;
    const sealed = disk.sealed((each) => chain.value.find((layer) => layer.name === each));
    if (!sealed.ok) return sealed;
    const top = sealed.value;
    // Of a disk that is as what it lies on, that is the uppermost.
    if (top === undefined || top === chain.value[0]) return chain;
    return ok([top, ...chain.value]);
  }

  /** The disk where this tab can have it, and a copy of it where another has. */
  async #lookAt(name: string, sizeBytes: number): Promise<Result<KeptDisk>> {
    const opened = await this.#opened(name, sizeBytes);
    if (opened.ok || opened.error.code !== 'storage.locked')
      return opened.ok ? ok(opened.value.disk) : opened;
    const copy = await this.#copy(name, sizeBytes);
    if (!copy.ok) return copy;
    this.#setForeign(name, { sizeBytes, mark: copy.value.mark, state: 'elsewhere' });
    this.#watch();
    return copy;
  }
  #setForeign(name: string, disk: ForeignDisk | undefined): void {
    const foreign = new Map(this.#foreign);
    if (disk === undefined) foreign.delete(name);
    else foreign.set(name, disk);
    this.#foreign = foreign;
    this.#changed();
  }

  /** A disk as its files are now, whoever has them. */
  async #copy(name: string, sizeBytes: number): Promise<Result<KeptDisk>> {
    const place = await this.#service.files;
    const files: SyncFile[] = [];
    for (const part of PARTS) {
      const bytes = await place.read(fileOf(name, part));
      if (!bytes.ok) return bytes;
      const file = new MemorySyncFile();
      file.write(0, bytes.value ?? new Uint8Array());
      files.push(file);
    }
    return diskIn(files, sizeBytes);
  }

  async #opened(name: string, sizeBytes: number): Promise<Result<OpenDisk>> {
    const known = this.#open.get(name);
    if (known !== undefined) return ok(known);
    const files: SyncFile[] = [];
    const close = (): void => {
      for (const each of files) each.close();
    };
    const place = await this.#service.files;
    for (const part of PARTS) {
      const file = await place.open(fileOf(name, part));
      if (!file.ok) {
        close();
        return file;
      }
      files.push(file.value);
    }
    const disk = await diskIn(files, sizeBytes);
    if (!disk.ok) {
      close();
      return disk;
    }
    const opened = { disk: disk.value, files };
    opened.disk.live = this.#live;
    this.#open.set(name, opened);
    return ok(opened);
  }

  // Disks that another tab has.

  #watch(): void {
    const waits = [...this.#foreign.values()].some(({ state }) => state === 'elsewhere');
    if (!waits || this.#looking !== undefined) return;
    this.#looking = setTimeout(() => {
      this.#looking = undefined;
      void this.lookAgain().then(() => this.#watch());
    }, LOOK_MS);
  }

  /** Takes what other tabs have left; what they have changed since it was copied stays as they left it. */
  async lookAgain(): Promise<void> {
    for (const [name, { sizeBytes, mark, state }] of this.#foreign) {
      if (state === 'changed') continue;
      const opened = await this.#opened(name, sizeBytes);
      if (!opened.ok) continue;
      if (opened.value.disk.mark === mark) this.#setForeign(name, undefined);
      else {
        this.#close(name);
        this.#setForeign(name, { sizeBytes, mark, state: 'changed' });
      }
    }
  }
  #close(name: string): void {
    for (const file of this.#open.get(name)?.files ?? []) file.close();
    this.#open.delete(name);
  }

  /** This tab's copy is what is kept from now on, instead of what another tab has left. */
  async takeOver(name: string): Promise<Result<null>> {
    const foreign = this.#foreign.get(name);
    if (foreign === undefined) return ok(null);
    const opened = await this.#opened(name, foreign.sizeBytes);
    if (!opened.ok) return opened;
    this.#setForeign(name, undefined);
    return ok(null);
  }

  // For people.

  /** A disk as it was last committed, as layers, the uppermost first. */
  async layersOf(name: string): Promise<Result<readonly Layer[]>> {
    const open = this.#open.get(name);
    const disk = open === undefined ? await this.#copy(name, 0) : ok(open.disk);
    if (!disk.ok) return disk;
    const sealed = await this.#sealed(disk.value);
    return sealed.ok && sealed.value.length === 0 ? fail('disk.nothingKept', { name }) : sealed;
  }

  /** Deletes a disk that nobody has: neither a VM of the lab here nor another tab. */
  async remove(name: string, usedBy: readonly string[]): Promise<Result<null>> {
    const [vm] = usedBy;
    if (vm !== undefined) return fail('disk.usedBy', { name, vm });
    this.#close(name);
    const place = await this.#service.files;
    for (const part of PARTS) {
      // Who can open it has it alone.
      const file = await place.open(fileOf(name, part));
      if (!file.ok) return file;
      file.value.close();
    }
    for (const part of PARTS) {
      const removed = await place.remove(fileOf(name, part));
      if (!removed.ok) return removed;
    }
    this.#setForeign(name, undefined);
    return ok(null);
  }
}

function fileOf(name: string, part: (typeof PARTS)[number]): string {
  return `${PREFIX}${name}.${part}`;
}

/** The disk of two files, in code that comes with the first one. */
async function diskIn(files: readonly SyncFile[], sizeBytes: number): Promise<Result<KeptDisk>> {
  const [a, b] = files as [SyncFile, SyncFile];
  const [{ DiskJournal }, { KeptDisk }] = await Promise.all([
    import('#lab/disks/journal'),
    import('#lab/disks/kept-disk'),
  ]);
  const journal = DiskJournal.open([a, b], sizeBytes);
  return journal.ok ? ok(new KeptDisk(journal.value)) : journal;
}
