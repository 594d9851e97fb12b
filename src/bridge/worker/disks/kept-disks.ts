/**
 * Disks that last: each has a name, and under it a journal in the browser's files. A lab that is opened begins on what was last committed,
 * which its scenario then names as a layer; what its guests flush is committed while they stand still.
 */
import { ok, type Result } from '#base/result';
import type { VmSpec } from '#base/scenario';
import type { KeptDisk } from '#lab/disks/kept-disk';
import type { Scenario } from '#lab/scenario';
import type { SoftwareStore } from '#lab/software';
import type { SyncFile } from '#lab/storage/sync-file';
import type { DiskKeeper } from '#machine/devices/disk/layers/keeper';
import type { Layer } from '#machine/devices/disk/layers/layer';
import type { DiskService } from './disk-service.ts';

interface OpenDisk {
  readonly disk: KeptDisk;
  readonly files: readonly SyncFile[];
}

/** The name under which a disk of a specification is kept. */
function keptName({ content }: VmSpec['disks'][number]): string | undefined {
  const name = content?.kind === 'layered' ? content['keep'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** What one lab has of the kept disks; it may write once it is the one that is seen. */
export type Run = Pick<SoftwareStore, 'keeper'>;

export class KeptDisks {
  readonly #service: DiskService;
  readonly #open = new Map<string, OpenDisk>();
  #live: Run | undefined;

  constructor(service: DiskService) {
    this.#service = service;
  }

  /** For a lab that is being opened. */
  run(): Run {
    const run: Run = {
      keeper: (name): DiskKeeper | undefined => this.#open.get(name)?.disk.keeperFor(run),
    };
    return run;
  }

  /** The lab that is seen from now on: what was committed by the one before stays until it commits. */
  see(run: Run): void {
    this.#live = run;
    for (const { disk } of this.#open.values()) disk.live = run;
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
      if (name !== undefined) await this.#opened(name, disk.sizeBytes);
    }
  }

  /** What a disk was last committed as, among the kept layers; nothing where nothing was, or another tab has it. */
  async #committed(name: string, sizeBytes: number): Promise<Layer | undefined> {
    const found = await this.#opened(name, sizeBytes);
    if (!found.ok) return undefined;
    const { below } = found.value.disk;
    const chain = below === undefined ? ok([]) : await this.#service.chain(below);
    if (!chain.ok) return undefined;
    const sealed = found.value.disk.sealed((each) => chain.value.find((layer) => layer.name === each));
    if (!sealed.ok || sealed.value === undefined) return undefined;
    const kept = await this.#service.keep([{ bytes: sealed.value.file, title: name }]);
    return kept.ok ? sealed.value : undefined;
  }

  async #opened(name: string, sizeBytes: number): Promise<Result<OpenDisk>> {
    const known = this.#open.get(name);
    if (known !== undefined) return ok(known);
    const files: SyncFile[] = [];
    for (const part of ['a', 'b']) {
      const file = await this.#service.openFile(`${name}.${part}`);
      if (!file.ok) {
        for (const each of files) each.close();
        return file;
      }
      files.push(file.value);
    }
    const [a, b] = files as [SyncFile, SyncFile];
    const [{ DiskJournal }, { KeptDisk }] = await Promise.all([
      import('#lab/disks/journal'),
      import('#lab/disks/kept-disk'),
    ]);
    const journal = DiskJournal.open([a, b], sizeBytes);
    if (!journal.ok) {
      for (const each of files) each.close();
      return journal;
    }
    const opened = { disk: new KeptDisk(journal.value), files };
    opened.disk.live = this.#live;
    this.#open.set(name, opened);
    return ok(opened);
  }
}
