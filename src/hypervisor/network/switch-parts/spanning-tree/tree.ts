/**
 * Rapid spanning tree (IEEE 802.1D-2004, clause 17): switches agree on one way between any two of them, and ports that would close a
 * circle discard. A port that stops forwarding, or begins to, tells the others, who forget their addresses.
 *
 *   BPDU, time, cable → information.ts → (roles by the vectors, here) → roles.ts → changes.ts → BPDUs
 *
 * Each is done step by step until nothing more is to be done. What comes from a neighbour is hostile: times are bounded, and so are
 * the steps and what is sent in a second.
 */
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { integer, list, upTo } from '#base/state/types';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { Counters } from '#machine/devices/counters';
import { portNamed } from '../../port-state.ts';
import type { Transit } from '../../stages/stage.ts';
import type { PartPort, PartSwitch, SwitchPart, Verdict } from '../switch-part.ts';
import { type Bpdu, bpduFrame, isBpdu, readBpdu, type SaidRole } from './bpdu.ts';
import { stepChanges } from './changes.ts';
import type { TreeCounter } from './counters.ts';
import { hear, inform, MIGRATE_NS, update } from './information.ts';
import { stepRole, type Tree } from './roles.ts';
import {
  newPort,
  stateOf,
  TREE_PORT,
  type TreePort,
  type TreePortState,
  type TreeRole,
} from './tree-port.ts';
import {
  type BridgeId,
  compareBridges,
  compareVectors,
  isSameTimes,
  type Times,
  type Vector,
} from './vectors.ts';
import { type TreeView, treeView } from './view.ts';

/** What a scenario says of it, with what it leaves out filled in; `kind.ts` says what each is. */
export interface TreeSettings {
  readonly priority: number;
  readonly helloSeconds: number;
  readonly maxAgeSeconds: number;
  readonly forwardDelaySeconds: number;
  readonly guard: 'shut' | 'drop' | 'off';
  readonly ports: Readonly<
    Record<string, { readonly priority?: number; readonly cost?: number; readonly edge?: boolean }>
  >;
}

interface TreeState {
  readonly ports: readonly TreePortState[];
  /** When a change was seen last; never: -1. */
  readonly changedAt: VirtualNs;
}
export const TREE_STATE: Declaration<TreeState> = declare<TreeState>('spanning tree', {
  ports: list(TREE_PORT, upTo(4096)),
  changedAt: integer,
});

/** BPDUs that a port sends at once, and then each second (17.13.12). */
const HOLD = 6;
/** A speed divided by the cost of a wire that has it (table 17-3). */
const COST_SPEED = 2e13;
const MOST_COST = 200_000_000;
const USUAL_PORT_PRIORITY = 128;
const MOST_NUMBER = 0xfff;

export class SpanningTree implements SwitchPart {
  readonly bridge: BridgeId;
  readonly settings: TreeSettings;
  /** What is known of the root, and what it says of times. */
  root: Vector;
  rootTimes: Times;
  rootPort: TreePort | undefined;
  changedAt: VirtualNs = -1;
  readonly #self: PartSwitch;
  readonly #counters: Counters<TreeCounter>;
  /** By number, and those that there are. */
  #byIndex: (TreePort | undefined)[] = [];
  #ports: TreePort[] = [];
  #mustChoose = true;

  constructor(settings: TreeSettings, self: PartSwitch, counters: Counters<TreeCounter>) {
    this.settings = settings;
    this.#self = self;
    this.#counters = counters;
    this.bridge = { priority: settings.priority, mac: self.mac };
    this.root = this.#own();
    this.rootTimes = this.#ownTimes();
  }

  get helloNs(): VirtualNs {
    return this.settings.helloSeconds * NS_PER_S;
  }
  get ports(): readonly TreePort[] {
    return this.#ports;
  }
  #own(): Vector {
    return { root: this.bridge, cost: 0, bridge: this.bridge, port: 0 };
  }
  #ownTimes(): Times {
    const { maxAgeSeconds, helloSeconds, forwardDelaySeconds } = this.settings;
    return {
      ...{ ageNs: 0, maxAgeNs: maxAgeSeconds * NS_PER_S, helloNs: helloSeconds * NS_PER_S },
      forwardDelayNs: forwardDelaySeconds * NS_PER_S,
    };
  }

  // Other frames.

  ingress(_: Transit, { index }: PartPort): Verdict {
    const port = this.#byIndex[index];
    if (port?.forward === true) return 'pass';
    this.#counters.discardedIn += 1;
    return port?.learn === true ? 'learn' : 'drop';
  }
  mayLeave(_: Transit, { index }: PartPort): boolean {
    if (this.#byIndex[index]?.forward === true) return true;
    this.#counters.discardedOut += 1;
    return false;
  }

  // What it hears.

  isForBridge(bytes: Uint8Array): boolean {
    return isBpdu(bytes);
  }
  hear({ bytes }: Transit, { index }: PartPort): void {
    const port = this.#byIndex[index];
    if (port === undefined || !port.isEnabled) return;
    this.#counters.heard += 1;
    const { guard } = this.settings;
    if (!port.isBridged && guard !== 'off') {
      this.#counters.guarded += 1;
      if (guard === 'shut') {
        port.isShut = true;
        port.isEnabled = false;
        this.#work();
      }
      return;
    }
    const bpdu = readBpdu(bytes);
    if (bpdu === undefined) {
      this.#counters.malformed += 1;
      return;
    }
    // A circle of one cable: nobody else is there.
    if (bpdu.kind !== 'change' && isOwn(bpdu.vector, this.bridge, port)) return;
    if (hear(port, bpdu, this.#self.now())) this.#mustChoose = true;
    this.#work();
  }
  timer(): void {
    this.#work();
  }

  portsChanged(): void {
    const now = this.#self.now();
    const byIndex: (TreePort | undefined)[] = [];
    const ports = this.#self.ports().map((plugged) => {
      const known = this.#byIndex[plugged.index];
      const port =
        known?.name === plugged.name
          ? known
          : newPort(plugged.index, plugged.name, now, this.#own(), this.#ownTimes());
      this.#configure(port, plugged, now);
      byIndex[port.index] = port;
      return port;
    });
    this.#byIndex = byIndex;
    this.#ports = ports;
    this.#mustChoose = true;
    this.#work();
  }
  #configure(port: TreePort, { up, isBridged, bitsPerSecond }: PartPort, now: VirtualNs): void {
    const said = this.settings.ports[port.name];
    port.isBridged = isBridged;
    port.id = ((said?.priority ?? USUAL_PORT_PRIORITY) << 8) | ((port.index + 1) & MOST_NUMBER);
    port.cost = said?.cost ?? Math.max(1, Math.min(MOST_COST, Math.round(COST_SPEED / bitsPerSecond)));
    if (!up || this.settings.guard !== 'shut') port.isShut = false;
    const isEnabled = up && !port.isShut;
    if (isEnabled && !port.isEnabled) {
      port.isEdge = said?.edge ?? !isBridged;
      port.isRapid = true;
      port.migrateUntil = now + MIGRATE_NS;
      port.helloAt = now;
      port.sentLately = 0;
    }
    port.isEnabled = isEnabled;
  }

  // Until nothing more is to be done.

  #work(): void {
    const now = this.#self.now();
    for (const port of this.#ports) {
      if (inform(port, now)) this.#mustChoose = true;
      // Where nobody answers a proposal within some time nobody is (17.25).
      if (port.role === 'designated' && port.proposing && port.isRapid && now >= port.edgeAt)
        port.isEdge = true;
    }
    // There is always an end; a limit costs nothing.
    for (let left = 64 + 16 * this.#ports.length; left > 0; left--) if (!this.#step(now)) break;
    for (const port of this.#ports) if (port.isEnabled) this.#transmit(port, now);
    this.#self.wakeAt(this.#nextAt(now));
  }
  #step(now: VirtualNs): boolean {
    if (this.#mustChoose) this.#choose();
    const { maxAgeNs, forwardDelayNs } = this.rootTimes;
    const tree: Tree = {
      ...{ now, ports: this.#ports, maxAgeNs, forwardDelayNs, helloNs: this.helloNs },
    };
    const ways = { flush: (port: TreePort) => this.#flush(port), changed: () => this.#changed(now) };
    let did = false;
    for (const port of this.#ports)
      if (port.isToUpdate) {
        update(port, { ...this.rootTimes, helloNs: this.helloNs });
        did = true;
      }
    for (const port of this.#ports) if (stepRole(port, tree)) did = true;
    for (const port of this.#ports) if (stepChanges(port, tree, ways)) did = true;
    return did;
  }
  #flush({ index, isEdge }: TreePort): void {
    if (isEdge) return;
    this.#counters.flushed += 1;
    this.#self.forgetPort(index);
  }
  #changed(now: VirtualNs): void {
    this.#counters.changes += 1;
    this.changedAt = now;
  }

  /** Who is the root, which way leads there, and which role follows for each port (17.21.25). */
  #choose(): void {
    this.#mustChoose = false;
    let [root, times, rootPort]: [Vector, Times, TreePort | undefined] = [
      this.#own(),
      this.#ownTimes(),
      undefined,
    ];
    for (const port of this.#ports) {
      const { vector } = port;
      if (port.info !== 'received' || compareBridges(vector.bridge, this.bridge) === 0) continue;
      const path = { ...vector, cost: vector.cost + port.cost };
      const compared = compareVectors(path, root);
      if (compared > 0 || (compared === 0 && rootPort !== undefined && port.id >= rootPort.id)) continue;
      [root, times, rootPort] = [path, { ...port.times, ageNs: port.times.ageNs + NS_PER_S }, port];
    }
    [this.root, this.rootTimes, this.rootPort] = [root, times, rootPort];
    for (const port of this.#ports) {
      port.designated = { root: root.root, cost: root.cost, bridge: this.bridge, port: port.id };
      port.selected = this.#roleOf(port);
      port.isToUpdate = port.selected === 'designated' && this.#hasNews(port);
    }
  }
  #roleOf(port: TreePort): TreeRole {
    if (port.info === 'disabled') return 'disabled';
    if (port.info !== 'received') return 'designated';
    if (port === this.rootPort) return 'root';
    if (compareVectors(port.designated, port.vector) < 0) return 'designated';
    return compareBridges(port.vector.bridge, this.bridge) === 0 ? 'backup' : 'alternate';
  }
  #hasNews(port: TreePort): boolean {
    const times = { ...this.rootTimes, helloNs: this.helloNs };
    return (
      port.info !== 'mine' ||
      compareVectors(port.vector, port.designated) !== 0 ||
      !isSameTimes(port.times, times)
    );
  }

  // What it says.

  #transmit(port: TreePort, now: VirtualNs): void {
    const { role } = port;
    while (port.sentLately > 0 && now >= port.sentLessAt) {
      port.sentLately -= 1;
      port.sentLessAt += NS_PER_S;
    }
    if (now >= port.helloAt) {
      port.isNews ||= role === 'designated' || (role === 'root' && now < port.changeUntil);
      port.helloAt = now + this.helloNs;
    }
    if (!port.isNews || port.sentLately >= HOLD) return;
    port.isNews = false;
    const bpdu = this.#said(port, now);
    if (bpdu === undefined) return;
    if (port.sentLately === 0) port.sentLessAt = now + NS_PER_S;
    port.sentLately += 1;
    port.changeAck = false;
    this.#counters.sent += 1;
    this.#self.sendToBridge(port.index, bpduFrame(this.bridge.mac, bpdu));
  }
  #said(port: TreePort, now: VirtualNs): Bpdu | undefined {
    const { role, isRapid, changeAck } = port;
    if (!isRapid && role === 'root') return { kind: 'change' };
    if (!isRapid && role !== 'designated') return undefined;
    return {
      kind: isRapid ? 'rapid' : 'old',
      vector: port.designated,
      times: { ...this.rootTimes, helloNs: this.helloNs },
      role: SAID[role],
      ...{ change: now < port.changeUntil, changeAck: changeAck && !isRapid },
      ...{ proposal: role === 'designated' && port.proposing, agreement: port.agree },
      ...{ learning: port.learn, forwarding: port.forward },
    };
  }

  /** When something is to be done though nobody says anything. */
  #nextAt(now: VirtualNs): VirtualNs {
    let next = Number.POSITIVE_INFINITY;
    for (const port of this.#ports) {
      if (!port.isEnabled) continue;
      const waits = port.role === 'root' || port.role === 'designated';
      const instants = [port.helloAt, port.recentRootUntil, port.recentBackupUntil];
      if (waits && !port.forward) instants.push(port.forwardAt);
      if (port.info === 'received') instants.push(port.infoUntil);
      if (port.proposing && !port.isEdge) instants.push(port.edgeAt);
      if (port.isNews) instants.push(port.sentLessAt);
      for (const at of instants) if (at > now && at < next) next = at;
    }
    return next;
  }

  takeOver(former: SwitchPart): void {
    if (!(former instanceof SpanningTree)) return;
    this.#byIndex = former.#byIndex;
    this.#ports = former.#ports;
    this.changedAt = former.changedAt;
  }

  view(): TreeView {
    return treeView(this, this.#self.now());
  }

  capture(): PartState {
    return partState(TREE_STATE, { ports: this.#ports.map(stateOf), changedAt: this.changedAt });
  }
  restore(state: PartState): void {
    const saved = stateIn(TREE_STATE, state);
    for (const port of this.#ports) {
      const its = saved.ports.find(
        ({ index, name }) => index === port.index && portNamed(name) === port.name,
      );
      if (its !== undefined) Object.assign(port, { ...its, name: port.name });
    }
    this.changedAt = saved.changedAt;
    this.#choose();
    this.#self.wakeAt(this.#nextAt(this.#self.now()));
  }
}

const SAID: Readonly<Record<TreeRole, SaidRole>> = {
  disabled: 'unknown',
  root: 'root',
  designated: 'designated',
  alternate: 'other',
  backup: 'other',
};

/** A port hears what it has said itself. */
function isOwn(vector: Vector, bridge: BridgeId, port: TreePort): boolean {
  return compareBridges(vector.bridge, bridge) === 0 && vector.port === port.id;
}
