/**
 * A screen that is memory of the VM's: its kernel draws by storing, and nothing exits. What has changed is found by comparing with
 * what was seen last, when somebody looks: the D bits of its pages belong to the dirty log, which clears what it reads.
 */
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import type { VmSpec } from '#base/scenario';
import type { FrameBufferPlace } from '#machine/devices/device-tree/frame-buffer-node';
import type { Damage } from '#machine/devices/display/damage';
import type { Display } from '#machine/devices/display/display';
import { BYTES_PER_PIXEL, toRgba, X8R8G8B8 } from '#machine/devices/display/pixels';
import { SeenPixels } from '#machine/devices/display/seen-pixels';
import { ABSENT } from '../memory/page-access.ts';
import type { VmMemory } from '../memory/vm-memory.ts';

const WORDS = PAGE_SIZE / BYTES_PER_PIXEL;
const ZEROS = new Uint32Array(WORDS);

/** Bytes at the end of a VM's memory that are its screen: whole pages, of which its kernel is not told as RAM. */
export function frameBufferBytes({ desktop }: VmSpec): number {
  if (desktop?.kind !== 'framebuffer') return 0;
  return Math.ceil((BYTES_PER_PIXEL * desktop.width * desktop.height) / PAGE_SIZE) * PAGE_SIZE;
}

/** Where a VM's screen lies, if it has one in memory. */
export function frameBufferPlace(spec: VmSpec): FrameBufferPlace | undefined {
  const bytes = frameBufferBytes(spec);
  if (bytes === 0 || spec.desktop === undefined) return undefined;
  const { width, height } = spec.desktop;
  return { start: RAM_BASE + spec.memoryBytes - bytes, width, height };
}

/** Memory of a VM that its kernel is told of as RAM. */
export function ramBytes(spec: VmSpec): number {
  return spec.memoryBytes - frameBufferBytes(spec);
}

/** The screen of a VM that has one in its memory. */
export function frameBufferOf(spec: VmSpec, memory: VmMemory): FrameBuffer | undefined {
  const place = frameBufferPlace(spec);
  return place && new FrameBuffer(memory, place);
}

class FrameBuffer implements Display {
  readonly width: number;
  readonly height: number;
  readonly cursor = undefined;
  readonly cursorGeneration = 0;
  readonly #memory: VmMemory;
  readonly #start: number;
  readonly #seen: SeenPixels;
  readonly #seenBytes: Uint8Array;

  constructor(memory: VmMemory, { start, width, height }: FrameBufferPlace) {
    this.width = width;
    this.height = height;
    this.#memory = memory;
    this.#start = start;
    this.#seen = new SeenPixels(width, height, 0);
    this.#seenBytes = new Uint8Array(this.#seen.words.buffer);
  }

  get damage(): Damage {
    return this.#seen.damage;
  }

  refresh(): boolean {
    let isWhole = true;
    const pixels = this.#seen.words.length;
    for (let first = 0; first < pixels; first += WORDS) {
      const spa = this.#memory.peek(this.#start + BYTES_PER_PIXEL * first);
      // What is on its way from the swap area is as it was.
      if (spa < 0 && spa !== ABSENT) {
        isWhole = false;
        continue;
      }
      const page = spa === ABSENT ? ZEROS : this.#wordsAt(spa);
      this.#seen.take(first, page, 0, Math.min(WORDS, pixels - first));
    }
    return isWhole;
  }
  #wordsAt(spa: number): Uint32Array {
    const { buffer, byteOffset } = this.#memory.ram.view(spa, PAGE_SIZE);
    return new Uint32Array(buffer, byteOffset, WORDS);
  }

  read(x: number, y: number, width: number, height: number, target: Uint8Array): void {
    for (let row = 0; row < height; row++) {
      const at = BYTES_PER_PIXEL * ((y + row) * this.width + x);
      toRgba(this.#seenBytes, at, width, X8R8G8B8, target, BYTES_PER_PIXEL * width * row);
    }
  }
}
