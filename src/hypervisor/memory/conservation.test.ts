/** Whatever happens to pages, in whatever order: no frame is lost, none has two truths, and what was written is what is read. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PAGE_SIZE } from '#base/addresses';
import { PAGE_STATE } from '#base/catalogue/page-states';
import { PTE_R, PTE_W, PTE_X } from '#machine/page-tables/page-table-entry';
import { FOR_LOG } from './accessed-pages.ts';
import { giveBack } from './balloon.ts';
import { contradictions } from './fixtures/conservation.ts';
import { BASE, MemoryRig, type RigOptions } from './fixtures/rig.ts';
import { backHuge } from './huge-leaf.ts';
import {
  type AccessKind,
  DENIED,
  EXECUTE,
  NEEDED,
  PEEK,
  READ,
  RIGHTS,
  SHORTAGE,
  WAIT,
  WRITE,
} from './page-access.ts';
import { share } from './sharing/share.ts';
import { swapOut } from './swap/swapping.ts';

/** Time in which all that is on its way arrives. */
const AWHILE = 1_000_000_000;

const ZEROS = new Uint8Array(PAGE_SIZE);

/** Rights that are given: never none, so that a content can be looked at. */
const SOME_RIGHTS = [RIGHTS, RIGHTS, RIGHTS, PTE_R | PTE_X, PTE_R | PTE_W];

interface WorldOptions extends RigOptions {
  /** Only every so many-th page is used. */
  readonly stride?: number;
}

/** A rig, with what its pages should contain. */
class World {
  rig: MemoryRig;
  readonly #options: RigOptions;
  /** By VM, by page: the word at its beginning and at its end. */
  readonly words: Uint32Array[];
  readonly #pins: { vm: number; page: number }[] = [];
  readonly #pages: number;
  readonly #stride: number;
  readonly #used: ReadonlySet<number>;
  #serial = 0;

  constructor({ stride = 1, ...options }: WorldOptions) {
    this.#options = options;
    this.rig = new MemoryRig(options);
    this.#pages = options.pages!;
    this.#stride = stride;
    this.#used = new Set(Array.from({ length: this.#pages }, (_, number) => this.#page(number)));
    this.words = this.rig.vms.map(() => new Uint32Array(this.#pages));
  }

  /** One of the pages that are used. */
  #page(number: number): number {
    return (number * this.#stride) % this.#pages;
  }
  #gpa(page: number): number {
    return BASE + page * PAGE_SIZE;
  }

  /** One operation, of a kind, on two pages that it names. */
  act({ kind, vm: at, page, other, otherPage }: Operation): void {
    const vm = this.rig.vms[at % this.rig.vms.length]!;
    const words = this.words[at % this.rig.vms.length]!;
    const index = this.#page(page);
    const gpa = this.#gpa(index);
    switch (kind) {
      case 'write': {
        this.#serial += 1;
        const value = otherPage % 3 === 0 ? 0 : this.#serial % 5;
        const bytes = new Uint8Array(PAGE_SIZE);
        new DataView(bytes.buffer).setUint32(0, value, true);
        new DataView(bytes.buffer).setUint32(PAGE_SIZE - 4, value, true);
        if (vm.write(gpa, bytes)) words[index] = value;
        break;
      }
      case 'touch':
        this.#touch(vm, gpa, [READ, WRITE, EXECUTE, PEEK][otherPage % 4] as AccessKind);
        break;
      case 'share': {
        const second = this.rig.vms[other % this.rig.vms.length]!;
        const twin = this.#page(otherPage);
        if (this.words[other % this.rig.vms.length]![twin] === words[index])
          if (vm !== second || index !== twin) share(vm, gpa, second, this.#gpa(twin));
        break;
      }
      case 'swap-out':
        swapOut(vm, gpa);
        break;
      case 'give-back':
        if (giveBack(vm, gpa, otherPage % 2 === 0 ? 'absent' : 'ballooned') === 'given') words[index] = 0;
        break;
      case 'huge':
        backHuge(vm, gpa);
        break;
      case 'isolate':
        vm.isolate(gpa);
        break;
      case 'join':
        vm.join(gpa, 1);
        break;
      case 'protect':
        vm.protect(gpa, SOME_RIGHTS[otherPage % SOME_RIGHTS.length]!);
        break;
      case 'watch':
        vm.watch(gpa);
        break;
      case 'pin':
        if (this.#pins.length < 4 && vm.pin(gpa, PAGE_SIZE, otherPage % 2 === 0) === 'pinned')
          this.#pins.push({ vm: at % this.rig.vms.length, page: index });
        break;
      case 'unpin': {
        const pin = this.#pins.pop();
        if (pin !== undefined) this.rig.vms[pin.vm]!.unpin(this.#gpa(pin.page), PAGE_SIZE);
        break;
      }
      case 'harvest':
        vm.written.harvest(FOR_LOG, () => {});
        break;
      case 'wait':
        this.rig.runTo(this.rig.now + (otherPage % 2 === 0 ? AWHILE : 100_000));
        break;
      case 'power-cycle':
        if (otherPage % 8 !== 0) break;
        for (const pin of this.#pins.splice(0)) this.rig.vms[pin.vm]!.unpin(this.#gpa(pin.page), PAGE_SIZE);
        vm.release();
        words.fill(0);
        vm.create();
        break;
      case 'restore': {
        if (otherPage % 8 !== 0) break;
        for (const pin of this.#pins.splice(0)) this.rig.vms[pin.vm]!.unpin(this.#gpa(pin.page), PAGE_SIZE);
        const twin = new MemoryRig(this.#options);
        for (const spfn of this.rig.frames.used())
          twin.ram.write(spfn * PAGE_SIZE, this.rig.ram.view(spfn * PAGE_SIZE, PAGE_SIZE));
        twin.now = this.rig.now;
        twin.load(this.rig.saved());
        this.rig = twin;
        break;
      }
    }
  }

  #touch(vm: MemoryRig['vm'], gpa: number, kind: AccessKind): void {
    const answer = vm.access(gpa, kind);
    if (kind === PEEK) return;
    // What is granted is what the hart finds in the table.
    if (answer < 0) expect([WAIT, SHORTAGE, DENIED]).toContain(answer);
    else expect(vm.flagsOf(gpa) & NEEDED[kind]!).toBe(NEEDED[kind]);
  }

  /** What pages contain, wherever that is. */
  expectContents(): void {
    for (const [at, vm] of this.rig.vms.entries()) {
      const [slot] = vm.slots;
      for (const page of this.#used) {
        const word = this.words[at]![page]!;
        const state = slot!.states[page]!;
        const frame = slot!.frames[page]!;
        const bytes =
          state === PAGE_STATE.swapped
            ? this.rig.swap.read(frame)
            : frame === 0
              ? ZEROS
              : this.rig.ram.view(frame * PAGE_SIZE, PAGE_SIZE);
        const view = new DataView(bytes.buffer, bytes.byteOffset, PAGE_SIZE);
        const found = [view.getUint32(0, true), view.getUint32(PAGE_SIZE - 4, true)];
        if (found[0] !== word || found[1] !== word)
          expect(found, `page ${page} of VM ${at}, in state ${state}`).toEqual([word, word]);
      }
    }
  }
}

const KINDS = [
  ...(['write', 'write', 'touch', 'touch', 'share', 'share', 'swap-out', 'swap-out', 'give-back'] as const),
  ...(['huge', 'isolate', 'join', 'protect', 'watch', 'pin', 'unpin', 'harvest', 'wait'] as const),
  ...(['power-cycle', 'restore'] as const),
];
interface Operation {
  readonly kind: (typeof KINDS)[number];
  readonly vm: number;
  readonly page: number;
  readonly other: number;
  readonly otherPage: number;
}
const byte = fc.integer({ min: 0, max: 255 });
const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom(...KINDS),
  vm: byte,
  page: fc.oneof(byte, fc.integer({ min: 0, max: 1023 })),
  other: byte,
  otherPage: fc.oneof(byte, fc.integer({ min: 0, max: 1023 })),
});

/** All operations in order; all truths are compared after each, or each so many of them. */
function conserves(options: WorldOptions, runs: number, length: number, every: number): void {
  fc.assert(
    fc.property(fc.array(operation, { minLength: length, maxLength: length }), (operations) => {
      const world = new World(options);
      for (const [index, each] of operations.entries()) {
        world.act(each);
        if (index % every !== every - 1) continue;
        const found = contradictions(world.rig, world.rig.vms);
        if (found.length > 0) throw new Error(`after ${each.kind}: ${found.join('; ')}`);
        world.expectContents();
      }
      for (const vm of world.rig.vms) vm.release();
      expect(world.rig.frames.free).toBe(world.rig.frames.count);
      expect(world.rig.swap.used).toBe(0);
    }),
    // Making a thousand operations fewer takes minutes; the seed is said in any case.
    { numRuns: runs, endOnFailure: true },
  );
}

test('property: 64,000 operations on three VMs that have not enough frames conserve frames and contents', () => {
  conserves({ vms: 3, frames: 44, pages: 12, swap: 24 }, 160, 400, 10);
});

test('property: 20,000 operations on pages far apart, whose tables want frames too, conserve frames and contents', () => {
  conserves({ vms: 3, frames: 40, pages: 2048, stride: 172, swap: 24 }, 50, 400, 20);
});

test('property: 16,000 operations on huge leaves, split and joined, conserve frames and contents', () => {
  conserves({ vms: 2, frames: 1200, pages: 1024, swap: 300 }, 16, 1000, 40);
});
