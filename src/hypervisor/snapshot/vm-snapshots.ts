/**
 * The snapshots of a host's VMs: a tree for each VM, whose nodes are the VM as it was, and the place in it that the VM as it is comes
 * from. Taking one copies what has changed and lets the VM run on; going back puts the VM where it was then, whatever it is now.
 */

import { LIMITS } from '#base/catalogue/limits';
import { VM_STATES, type VmState } from '#base/catalogue/vm-life-cycle';
import { messageOf } from '#base/error-message';
import { fail, invariant, ok, type Result } from '#base/result';
import { SnapshotFormatError } from '#base/state/bytes';
import { decode, encodeApart } from '#base/state/codec';
import { type AnyDeclaration, type Declaration, declare } from '#base/state/declare';
import { bytes, integer, list, oneOf, text, u32, upTo, words } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { ReturningVm } from '../io/passthrough/owned.ts';
import { framesForPages, reclaimableFrames } from '../memory/room.ts';
import { MOST_UNDERWAY } from '../network/ether-frame.ts';
import { FRAME_UNDERWAY, type FrameUnderway, type HostNetwork } from '../network/host-network.ts';
import { refit } from '../vm/hot-plug.ts';
import type { Vm } from '../vm/vm.ts';
import { ContentStore, NAMED_CONTENT, type NamedContent } from './contents.ts';
import { SAVED_VM, type SavedVm, savedVm } from './vm-file.ts';

/** No snapshot: the beginning of the tree. */
export const ROOT = 0;

/** One snapshot, as the state of its host holds it. */
export interface SnapshotNode {
  /** From 1; its own among those of its VM as long as it is there. */
  readonly id: number;
  /** The one that the VM came from when this was taken; {@link ROOT}. */
  readonly parent: number;
  readonly name: string;
  /** When it was taken, by the host's clock. */
  readonly at: VirtualNs;
  /** How the VM was. */
  readonly state: VmState;
  /** All of the VM but its contents. */
  readonly vm: Uint8Array;
  /** Its contents by number, as the state names them. */
  readonly contents: Uint32Array;
  /** What was on its way to its cards: what is sent to it later it must not hear when it is back there. */
  readonly wire: readonly FrameUnderway[];
}
interface SnapshotTree {
  readonly slot: number;
  readonly here: number;
  readonly nodes: readonly SnapshotNode[];
}
export interface SnapshotsState {
  readonly trees: readonly SnapshotTree[];
  readonly contents: readonly NamedContent[];
  readonly lastContent: number;
}

const MOST_STATE_BYTES = 64 << 20;
/** The least is a disk of one sector. */
export const MOST_CONTENTS: number = LIMITS.snapshotBytes / LIMITS.diskBytes.least;

const NODE: Declaration<SnapshotNode> = declare('snapshot', {
  ...{ id: u32, parent: u32, name: text(4 * LIMITS.titleLength), at: integer, state: oneOf(...VM_STATES) },
  vm: bytes(upTo(MOST_STATE_BYTES)),
  contents: words(upTo(MOST_CONTENTS)),
  wire: list(FRAME_UNDERWAY, upTo(LIMITS.nicsPerVm * MOST_UNDERWAY)),
});
export const SNAPSHOTS: Declaration<SnapshotsState> = declare('snapshots', {
  trees: list(
    declare<SnapshotTree>('snapshot tree', {
      ...{ slot: u32, here: u32 },
      nodes: list(NODE, upTo(LIMITS.snapshotsPerVm)),
    }),
    upTo(LIMITS.vms),
  ),
  contents: list(NAMED_CONTENT, upTo(MOST_CONTENTS)),
  lastContent: u32,
});
export const NO_SNAPSHOTS: SnapshotsState = { trees: [], contents: [], lastContent: 0 };

interface Tree {
  here: number;
  nodes: SnapshotNode[];
}

export interface VmSnapshotsOptions {
  readonly hash: (bytes: Uint8Array) => string;
  readonly now: () => VirtualNs;
  /** Declarations of parts that states name by kind. */
  readonly parts: readonly AnyDeclaration[];
  /** Whether VMs can have again what they had of their host. */
  readonly mayReturn: (all: readonly ReturningVm[]) => Result<null>;
  readonly network: Pick<HostNetwork, 'onTheWayTo' | 'replaceOnTheWayTo' | 'disconnectCard'>;
}

/** A VM, and what it is to be again. */
export interface Reverting {
  readonly vm: Vm;
  readonly node: SnapshotNode;
}

export class VmSnapshots {
  readonly contents: ContentStore;
  readonly #options: VmSnapshotsOptions;
  /** By slot of the VM. */
  readonly #trees = new Map<number, Tree>();

  constructor(options: VmSnapshotsOptions) {
    this.#options = options;
    this.contents = new ContentStore(options.hash);
  }

  /** Declarations of parts that states name by kind. */
  get parts(): readonly AnyDeclaration[] {
    return this.#options.parts;
  }

  /** The snapshots of a VM, oldest first. */
  of(vm: Vm): readonly SnapshotNode[] {
    return this.#trees.get(vm.slot)?.nodes ?? [];
  }
  /** The snapshot that the VM as it is comes from; {@link ROOT}: none. */
  here(vm: Vm): number {
    return this.#trees.get(vm.slot)?.here ?? ROOT;
  }
  /** A snapshot by its name. */
  find(vm: Vm, name: string): Result<SnapshotNode> {
    const node = this.of(vm).find((each) => each.name === name);
    return node === undefined ? fail('snapshot.none', { vm: vm.spec.name, name }) : ok(node);
  }

  /** Takes a snapshot of each of these VMs as they are now: all, or none. */
  take(vms: readonly Vm[], name: string): Result<null> {
    const { last } = this.contents;
    for (const [index, vm] of vms.entries()) {
      const taken = this.#take(vm, name);
      if (taken.ok) continue;
      for (const other of vms.slice(0, index)) {
        const node = this.find(other, name);
        if (node.ok) this.remove(other, node.value);
      }
      this.contents.countFrom(last);
      return taken;
    }
    return ok(null);
  }

  #take(vm: Vm, name: string): Result<null> {
    const nodes = this.of(vm);
    if (this.find(vm, name).ok) return fail('snapshot.nameTaken', { vm: vm.spec.name, name });
    if (nodes.length >= LIMITS.snapshotsPerVm)
      return fail('snapshot.tooMany', { vm: vm.spec.name, limit: LIMITS.snapshotsPerVm });
    const { state, pieces } = encodeApart(SAVED_VM, savedVm(vm));
    const added: number[] = [];
    for (const piece of pieces) {
      added.push(this.contents.add(piece));
      if (this.contents.bytes <= LIMITS.snapshotBytes) continue;
      for (const number of added) this.contents.drop(number);
      return fail('snapshot.full', { vm: vm.spec.name, limit: LIMITS.snapshotBytes });
    }
    const tree = this.#trees.get(vm.slot) ?? { here: ROOT, nodes: [] };
    const id = Math.max(ROOT, ...nodes.map((node) => node.id)) + 1;
    tree.nodes.push({
      ...{ id, parent: tree.here, name, at: this.#options.now(), state: vm.state },
      ...{ vm: state, contents: Uint32Array.from(added) },
      wire: this.#options.network.onTheWayTo(vm.slot),
    });
    tree.here = id;
    this.#trees.set(vm.slot, tree);
    return ok(null);
  }

  /** The VM as it was. */
  read({ vm, contents }: SnapshotNode): SavedVm {
    const apart = Array.from(contents, (number) => this.contents.get(number));
    return decode(SAVED_VM, vm, { parts: this.#options.parts, apart });
  }

  /** Puts VMs where they were, and what was on its way to them then. Where the host has no room for that, nothing has changed. */
  revert(all: readonly Reverting[]): Result<null> {
    const [first] = all;
    if (first === undefined) return ok(null);
    const targets = all.map(({ vm, node }) => ({ vm, node, saved: this.read(node) }));
    let room = first.vm.memory.frames.free + first.vm.memory.pressure.spare;
    for (const { vm, saved } of targets)
      room += reclaimableFrames(vm.memory) - framesForPages(saved.vm.memory);
    if (room < 0) return fail('vm.hostMemoryExhausted');
    const returns = this.#options.mayReturn(
      targets.map(({ vm, saved: { owned, vm: was } }) => ({ vm, owned, spec: was.spec })),
    );
    if (!returns.ok) return returns;
    // What they have now is given back first: it may be what another of them needs.
    for (const { vm } of targets) vm.powerOff(undefined);
    for (const { vm, node, saved } of targets) {
      const put = this.#put(vm, node, saved);
      if (!put.ok) return put;
    }
    return ok(null);
  }

  #put(vm: Vm, node: SnapshotNode, saved: SavedVm): Result<null> {
    const tree = this.#trees.get(vm.slot);
    invariant(tree !== undefined, 'a VM that has a snapshot has a tree');
    try {
      refit(vm, saved.vm.spec, (card) => this.#options.network.disconnectCard(vm.slot, card));
      const hasRoom = vm.moveIn(saved.vm, saved.ram, saved.owned);
      invariant(hasRoom, 'there was room for all of them');
    } catch (error) {
      // From a file that was made to look whole.
      const message = messageOf(error);
      vm.powerOff({ code: 'snapshot.format', data: { message } });
      return fail('snapshot.format', { message });
    }
    this.#options.network.replaceOnTheWayTo(vm.slot, node.wire);
    tree.here = node.id;
    return ok(null);
  }

  /** Gives a snapshot another name. */
  rename(vm: Vm, node: SnapshotNode, name: string): Result<null> {
    if (node.name === name) return ok(null);
    if (this.find(vm, name).ok) return fail('snapshot.nameTaken', { vm: vm.spec.name, name });
    this.#replace(vm, (each) => (each === node ? { ...each, name } : each));
    return ok(null);
  }

  /** Removes a snapshot; those that come from it come from its parent now, and so does the VM. */
  remove(vm: Vm, node: SnapshotNode): void {
    for (const number of node.contents) this.contents.drop(number);
    const tree = this.#trees.get(vm.slot);
    if (tree === undefined) return;
    tree.nodes = tree.nodes.filter((each) => each !== node);
    if (tree.here === node.id) tree.here = node.parent;
    this.#replace(vm, (each) => (each.parent === node.id ? { ...each, parent: node.parent } : each));
    if (tree.nodes.length === 0) this.#trees.delete(vm.slot);
  }

  #replace(vm: Vm, change: (node: SnapshotNode) => SnapshotNode): void {
    const tree = this.#trees.get(vm.slot);
    if (tree !== undefined) tree.nodes = tree.nodes.map(change);
  }

  /** A VM goes, and all its snapshots with it. */
  forget(slot: number): void {
    for (const { contents } of this.#trees.get(slot)?.nodes ?? [])
      for (const number of contents) this.contents.drop(number);
    this.#trees.delete(slot);
  }

  /** Bytes that would be free if a snapshot were removed: of contents that no other has. */
  ownBytes({ contents }: SnapshotNode): number {
    const counts = new Map<number, number>();
    for (const number of contents) counts.set(number, (counts.get(number) ?? 0) + 1);
    return [...counts].reduce(
      (sum, [number, count]) =>
        this.contents.uses(number) === count ? sum + this.contents.get(number).length : sum,
      0,
    );
  }

  capture(): SnapshotsState {
    const trees = [...this.#trees].sort(([a], [b]) => a - b);
    return {
      trees: trees.map(([slot, { here, nodes }]) => ({ slot, here, nodes })),
      contents: this.contents.list().map(({ number, hash }) => ({ number, hash })),
      lastContent: this.contents.last,
    };
  }

  /** @param hasVm whether there is a VM in a slot */
  restore(state: SnapshotsState, contents: readonly Uint8Array[], hasVm: (slot: number) => boolean): void {
    this.contents.restore(state.contents, contents, state.lastContent);
    for (const { slot, here, nodes } of state.trees) {
      if (this.#trees.has(slot) || !hasVm(slot)) throw new SnapshotFormatError('snapshots of no VM');
      const known = new Set([ROOT]);
      for (const node of nodes) {
        if (known.has(node.id)) throw new SnapshotFormatError('two snapshots of one number');
        known.add(node.id);
        for (const number of node.contents) this.contents.use(number);
        // Whoever goes back to it must not find then that it cannot be read.
        this.read(node);
      }
      if (!known.has(here) || nodes.some(({ parent }) => !known.has(parent)))
        throw new SnapshotFormatError('a snapshot that comes from one that is not there');
      this.#trees.set(slot, { here, nodes: [...nodes] });
    }
    if (this.contents.list().some(({ uses }) => uses === 0))
      throw new SnapshotFormatError('a content that no snapshot has');
  }
}
