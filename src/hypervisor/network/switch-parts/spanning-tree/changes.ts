/** What follows where the topology has changed: addresses are forgotten, and others are told (802.1D-2004, 17.31). */
import { NS_PER_S } from '#base/virtual-time';
import type { Tree } from './roles.ts';
import type { TreePort } from './tree-port.ts';

export interface ChangeWays {
  /** Addresses behind a port are forgotten. */
  flush(port: TreePort): void;
  changed(): void;
}

/** Takes one step of a port, where there is one; true when it did. */
export function stepChanges(port: TreePort, tree: Tree, ways: ChangeWays): boolean {
  const isActive = port.role === 'root' || port.role === 'designated';
  if (port.watch === 'active') return stepActive(port, tree, ways, isActive);
  const heard = port.heardChange || port.heardNotice || port.heardAck || port.spreadChange;
  port.heardChange = false;
  port.heardNotice = false;
  port.heardAck = false;
  port.spreadChange = false;
  if (port.watch === 'inactive') {
    if (port.learn) port.watch = 'learning';
    return port.learn || heard;
  }
  if (isActive && port.forward && !port.isEdge) {
    port.watch = 'active';
    ways.changed();
    tell(port, tree);
    spread(port, tree);
    port.isNews = true;
    return true;
  }
  if (isActive || port.learn) return heard;
  port.watch = 'inactive';
  port.changeUntil = tree.now;
  port.changeAck = false;
  ways.flush(port);
  return true;
}

function stepActive(port: TreePort, tree: Tree, ways: ChangeWays, isActive: boolean): boolean {
  if (!isActive || port.isEdge) {
    port.watch = 'learning';
    return true;
  }
  if (port.heardChange || port.heardNotice) {
    if (port.heardNotice) {
      tell(port, tree);
      // Only the old protocol asks for an answer.
      if (port.role === 'designated') port.changeAck = true;
    }
    port.heardChange = false;
    port.heardNotice = false;
    ways.changed();
    spread(port, tree);
    return true;
  }
  if (port.spreadChange) {
    port.spreadChange = false;
    tell(port, tree);
    ways.flush(port);
    return true;
  }
  if (!port.heardAck) return false;
  port.heardAck = false;
  port.changeUntil = tree.now;
  return true;
}

/** 17.21.7: for how long a port says that there was a change. */
function tell(port: TreePort, { now, helloNs, maxAgeNs, forwardDelayNs }: Tree): void {
  if (now < port.changeUntil) return;
  port.changeUntil = now + (port.isRapid ? helloNs + NS_PER_S : maxAgeNs + forwardDelayNs);
  if (port.isRapid) port.isNews = true;
}
function spread(self: TreePort, { ports }: Tree): void {
  for (const port of ports) if (port !== self) port.spreadChange = true;
}
