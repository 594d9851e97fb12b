/** What the memory of a VM is made of. Types only. */
import type { PhysicalMemory } from '#machine/memory';
import type { CompressedPages } from './compression/compressed-store.ts';
import type { FrameAllocator } from './frame-allocator.ts';
import type { Memslot } from './memslot.ts';
import type { Pressure } from './reclaim/pressure.ts';
import type { PageStore } from './swap/page-store.ts';

/** What a VM's memory is given by its host. */
export interface AddressSpaceOptions {
  readonly ram: PhysicalMemory;
  readonly frames: FrameAllocator;
  /** Who it is among the owners of frames. */
  readonly owner: number;
  readonly slots: readonly Memslot[];
  /** A mapping was taken away or narrowed: no hart may use what it remembers of it when it next runs in this VM. */
  readonly fence: () => void;
  /** Where pages go that are swapped out. */
  readonly swap: PageStore;
  /** Pages that are compressed. */
  readonly compressed: CompressedPages;
  /** Who makes room when there are too few frames; nobody unless given. */
  readonly pressure?: Pressure;
  /** An access needs a frame, and the host has none: it can be made when there is one. */
  readonly onShortage?: (gpa: number) => void;
  /** Its frames lie in one run and stay there: see offset-model.ts. */
  readonly inOneRun?: boolean;
}
