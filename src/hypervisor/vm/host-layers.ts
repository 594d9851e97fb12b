/**
 * The layers that a host's disks lie on: those that it is given from outside, by name, and those that its own disks have sealed. No
 * snapshot holds them; states name them, and whoever keeps a state must keep them beside it.
 */
import type { FlushRefusal } from '#base/catalogue/disk-errors';
import { fail, ok, type Result } from '#base/result';
import type { VmSpec } from '#base/scenario';
import type { DiskKeeper } from '#machine/devices/disk/layers/keeper';
import type { DiskLayers, Layer, LayerFinder } from '#machine/devices/disk/layers/layer';
import { LAYERED_DISK_KIND } from '#machine/devices/disk/layers/layered-disk';

/** What a host is given of layers. */
interface OutsideLayers {
  readonly layer?: LayerFinder;
  readonly keeper?: (name: string) => DiskKeeper | undefined;
}

/** A flush of a VM's disk that could not be kept. */
export interface UnkeptFlush {
  readonly vm: string;
  readonly disk: number;
  /** From 1, of those of this disk. */
  readonly flush: number;
  readonly why: FlushRefusal;
}

export class HostLayers implements DiskLayers {
  readonly #outside: LayerFinder;
  /** Who keeps the disk of a name, where disks of this host can be kept. */
  readonly keeper: (name: string) => DiskKeeper | undefined;
  readonly #own = new Map<string, Layer>();
  readonly #unkept: UnkeptFlush[] = [];

  constructor({ layer, keeper }: OutsideLayers) {
    this.#outside = (name) => layer?.(name);
    this.keeper = (name) => keeper?.(name);
  }

  readonly find: LayerFinder = (name) => this.#own.get(name) ?? this.#outside(name);
  readonly keep = (layer: Layer): void => {
    this.#own.set(layer.name, layer);
  };
  /** A flush has failed: whoever drives the host puts it into the log. */
  readonly refused = (flush: UnkeptFlush): void => {
    this.#unkept.push(flush);
  };
  /** Flushes that failed since it was last asked. */
  takeUnkept(): readonly UnkeptFlush[] {
    return this.#unkept.splice(0);
  }

  /** Those that disks of this host have sealed. */
  get own(): readonly Layer[] {
    return [...this.#own.values()];
  }
}

/** Checks that what a VM's disks are to lie on is here, and not larger than they are. */
export function checkLayers({ disks }: Pick<VmSpec, 'disks'>, find: LayerFinder): Result<null> {
  for (const { content, sizeBytes } of disks) {
    if (content?.kind !== LAYERED_DISK_KIND.id) continue;
    for (let name = content['layer']; typeof name === 'string'; ) {
      const layer = find(name);
      if (layer === undefined) return fail('disk.layerMissing', { layer: name });
      if (layer.sizeBytes > sizeBytes)
        return fail('layer.tooLarge', { bytes: layer.sizeBytes, limit: sizeBytes });
      name = layer.below ?? false;
    }
  }
  return ok(null);
}
