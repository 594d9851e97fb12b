/** The calls of the page that are about disk images; the service of the lab has them with its own. */
import type { Result } from '#base/result';
import type { DiskFormat, DiskReport, KeptImage, OnRead } from '#bridge/protocol/disks';
import type { Command } from '#hypervisor/commands';
import type { Lab } from '#lab/lab';
import { type DiskPlaces, DiskService } from './disk-service.ts';
import { KeptDisks } from './kept-disks.ts';
import { layersInUse } from './lab-layers.ts';

export abstract class DiskCalls {
  protected readonly kept: DiskService;
  /** Disks that last. */
  protected readonly lasting: KeptDisks;

  constructor(places: DiskPlaces | undefined) {
    this.kept = new DiskService({
      places,
      pause: () => this.pause(),
      usedBy: () => layersInUse(this.openedLab),
    });
    this.lasting = new KeptDisks(this.kept);
  }

  protected abstract get openedLab(): Lab | undefined;
  /** Lets others have their turn. */
  protected abstract pause(): Promise<void>;

  /** A command whose VM begins on what its kept disks were last committed as. */
  protected async begun(command: Command): Promise<Command> {
    if (command.op !== 'vm.create') return command;
    return { ...command, args: { ...command.args, vm: await this.lasting.beginVm(command.args.vm) } };
  }

  disks(): Promise<Result<DiskReport>> {
    return this.kept.report();
  }
  importDisk(file: Blob, title: string, onRead: OnRead): Promise<Result<KeptImage>> {
    return this.kept.take(file, title, onRead);
  }
  async cancelDiskImport(): Promise<void> {
    this.kept.cancel();
  }
  exportDisk(layer: string, format: DiskFormat): Promise<Result<Blob>> {
    return this.kept.give(layer, format);
  }
  deleteDisk(layer: string): Promise<Result<null>> {
    return this.kept.remove(layer);
  }
}
