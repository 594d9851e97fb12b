/** The calls of the page that are about disk images; the service of the lab has them with its own. */
import { fail, type Result } from '#base/result';
import type { VmSpec } from '#base/scenario';
import type { DiskFormat, DiskReport, KeptImage, KeptThing, OnRead } from '#bridge/protocol/disks';
import type { KeepingStatus } from '#bridge/protocol/keeping';
import type { Command } from '#hypervisor/commands';
import { forgetLab } from '#lab/checkpoints/kept-labs';
import type { Lab } from '#lab/lab';
import { type DiskPlaces, DiskService } from './disk-service.ts';
import { KeptDisks, usersOf } from './kept-disks.ts';
import { layersInUse, vmsOfLab } from './lab-layers.ts';

/** What is open, and whom to tell of disks. */
export interface OpenedForDisks {
  lab(): Lab | undefined;
  /** The word by which it is kept, if it is. */
  key(): string | undefined;
  changed(): void;
}

export abstract class DiskCalls {
  protected readonly kept: DiskService;
  /** Disks that last. */
  protected readonly lasting: KeptDisks;
  #told: { of: KeepingStatus; foreign: KeptDisks['foreign']; told: KeepingStatus } | undefined;

  constructor(places: DiskPlaces | undefined) {
    this.kept = new DiskService({
      places,
      pause: () => this.pause(),
      usedBy: () => layersInUse(this.opened.lab()),
    });
    this.lasting = new KeptDisks(this.kept, () => this.opened.changed());
  }

  protected abstract readonly opened: OpenedForDisks;
  /** Lets others have their turn. */
  protected abstract pause(): Promise<void>;

  /** A command whose VM begins on what its kept disks were last committed as. */
  protected async begun(command: Command): Promise<Command> {
    if (command.op !== 'vm.create') return command;
    return { ...command, args: { ...command.args, vm: await this.lasting.beginVm(command.args.vm) } };
  }

  async disks(): Promise<Result<DiskReport>> {
    const { reportOf } = await import('./report.ts');
    return reportOf(this.kept, this.lasting, await this.#vms(), this.opened.key());
  }
  /** Of the open lab. */
  async #vms(): Promise<VmSpec[]> {
    const lab = this.opened.lab();
    return lab === undefined ? [] : (await vmsOfLab(lab)).map(({ spec }) => spec);
  }
  importDisk(file: Blob, title: string, onRead: OnRead): Promise<Result<KeptImage>> {
    return this.kept.take(file, title, onRead);
  }
  async cancelDiskWork(): Promise<void> {
    this.kept.cancel();
  }
  async exportDisk(
    what: 'image' | 'disk',
    name: string,
    format: DiskFormat,
    onRead: OnRead,
  ): Promise<Result<Blob>> {
    const layers = await (what === 'image' ? this.kept.chain(name) : this.lasting.layersOf(name));
    return layers.ok ? this.kept.give(layers.value, format, onRead) : layers;
  }
  async deleteKept(thing: KeptThing): Promise<Result<null>> {
    switch (thing.kind) {
      case 'image':
        return this.kept.remove(thing.name);
      case 'disk':
        return this.lasting.remove(thing.name, usersOf(thing.name, await this.#vms()));
      case 'lab': {
        if (thing.name === this.opened.key()) return fail('lab.isOpen');
        const { storage } = this.kept;
        return storage === undefined ? fail('storage.unavailable') : forgetLab(storage, thing.name);
      }
      case 'strays':
        return this.kept.removeStrays();
    }
  }
  takeDiskOver(name: string): Promise<Result<null>> {
    return this.lasting.takeOver(name);
  }

  /** How keeping goes, with the disks that are not kept here; the same object until that changes. */
  protected withDisks(status: KeepingStatus): KeepingStatus {
    const { foreign } = this.lasting;
    if (foreign.size === 0) return status;
    const known = this.#told;
    if (known?.of === status && known.foreign === foreign) return known.told;
    const foreignDisks = [...foreign].map(([name, { state }]) => ({ name, state }));
    const told = { ...status, foreignDisks };
    this.#told = { of: status, foreign, told };
    return told;
  }
}
