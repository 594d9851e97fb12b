/**
 * From a port's role to what it lets through: the port role transitions of 802.1D-2004, 17.29. Where a way is new, both ends agree on
 * it (proposal and agreement) after all that could make a circle discards; where nobody agrees, time must pass.
 */
import type { VirtualNs } from '#base/virtual-time';
import { MIGRATE_NS } from './information.ts';
import type { TreePort } from './tree-port.ts';

/** The tree, as its ports see it. */
export interface Tree {
  readonly now: VirtualNs;
  readonly ports: readonly TreePort[];
  /** As the root says, and hello as this bridge does. */
  readonly helloNs: VirtualNs;
  readonly maxAgeNs: VirtualNs;
  readonly forwardDelayNs: VirtualNs;
}

/** 17.20.5: how long nobody who speaks the protocol can be unaware of a change. */
function delayOf(port: TreePort, tree: Tree): VirtualNs {
  return port.isRapid ? tree.helloNs : tree.forwardDelayNs;
}
function allSynced({ ports }: Tree): boolean {
  return ports.every((port) => port.selected === port.role && (port.synced || port.role === 'root'));
}
function isReRooted(self: TreePort, { ports, now }: Tree): boolean {
  return ports.every((port) => port === self || now >= port.recentRootUntil);
}
function syncAll({ ports }: Tree): void {
  for (const port of ports) port.sync = true;
}

/** Takes one step of a port, where there is one; true when it did. */
export function stepRole(port: TreePort, tree: Tree): boolean {
  if (port.role !== port.selected) return changeRole(port, tree);
  if (port.role === 'root') return stepRoot(port, tree);
  if (port.role === 'designated') return stepDesignated(port, tree);
  return stepBlocked(port, tree);
}

function changeRole(port: TreePort, tree: Tree): true {
  const { now } = tree;
  if (port.role === 'root') port.recentRootUntil = now + tree.forwardDelayNs;
  else if (port.role === 'disabled') port.forwardAt = now + tree.maxAgeNs;
  else if (port.role !== 'designated') {
    port.forwardAt = now + delayOf(port, tree);
    if (port.role === 'backup') port.recentBackupUntil = now + 2 * tree.helloNs;
  }
  port.role = port.selected;
  if (port.role === 'root' || port.role === 'designated') return true;
  port.learn = false;
  port.forward = false;
  rest(port, now);
  return true;
}
/** Nothing is to be waited for at a port that discards. */
function rest(port: TreePort, now: VirtualNs): void {
  port.synced = true;
  port.sync = false;
  port.reRoot = false;
  port.recentRootUntil = now;
}

/** What the neighbour proposes, all others are made ready for; then it is agreed to. */
function stepAgreement(port: TreePort, tree: Tree): boolean {
  if (port.proposed && !port.agree) {
    port.proposed = false;
    syncAll(tree);
    // Of what is synced already nobody needs to hear again.
    if (!allSynced(tree)) return true;
  }
  if (!(port.agree ? port.proposed : allSynced(tree))) return false;
  port.proposed = false;
  port.agree = true;
  port.isNews = true;
  if (port.role === 'root') port.sync = false;
  return true;
}

function stepRoot(port: TreePort, tree: Tree): boolean {
  const { now } = tree;
  if (stepAgreement(port, tree)) return true;
  if ((port.agreed && !port.synced) || (port.sync && port.synced)) {
    port.synced = true;
    port.sync = false;
    return true;
  }
  if (!port.forward && !port.reRoot) {
    for (const each of tree.ports) each.reRoot = true;
    return true;
  }
  if (now >= port.forwardAt || (isReRooted(port, tree) && now >= port.recentBackupUntil)) {
    if (go(port, tree)) return true;
  }
  if (!(port.reRoot && port.forward)) return false;
  port.reRoot = false;
  return true;
}

function stepDesignated(port: TreePort, tree: Tree): boolean {
  const { now } = tree;
  if (!port.forward && !port.agreed && !port.proposing && !port.isEdge) {
    port.proposing = true;
    port.edgeAt = now + MIGRATE_NS;
    port.isNews = true;
    return true;
  }
  const isStill = !port.learn && !port.forward;
  if ((!port.synced && (isStill || port.agreed || port.isEdge)) || (port.sync && port.synced)) {
    port.recentRootUntil = now;
    port.synced = true;
    port.sync = false;
    return true;
  }
  if (port.reRoot && now >= port.recentRootUntil) {
    port.reRoot = false;
    return true;
  }
  const mustStop = (port.sync && !port.synced) || port.reRoot || port.isDisputed;
  if (mustStop && !port.isEdge && !isStill) {
    port.learn = false;
    port.forward = false;
    port.isDisputed = false;
    port.forwardAt = now + delayOf(port, tree);
    return true;
  }
  const mayGo = now >= port.forwardAt || port.agreed || port.isEdge;
  if (port.isDisputed) {
    port.isDisputed = false;
    port.forwardAt = now + delayOf(port, tree);
    return true;
  }
  return mayGo && !port.reRoot && !port.sync && go(port, tree);
}

function stepBlocked(port: TreePort, tree: Tree): boolean {
  if (port.sync || port.reRoot || !port.synced) {
    rest(port, tree.now);
    return true;
  }
  return port.role !== 'disabled' && stepAgreement(port, tree);
}

/** From discarding to learning, from there to forwarding. */
function go(port: TreePort, tree: Tree): boolean {
  if (!port.learn) {
    port.learn = true;
    port.forwardAt = tree.now + delayOf(port, tree);
    return true;
  }
  if (port.forward) return false;
  port.forward = true;
  port.forwardAt = tree.now;
  if (port.role === 'designated') port.agreed = port.isRapid;
  return true;
}
