/** What a port does with what it hears: the port receive and port information machines of 802.1D-2004, 17.23 and 17.27. */
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { Bpdu, Configuration } from './bpdu.ts';
import type { TreePort } from './tree-port.ts';
import { compareVectors, isSameTimes, plausible, type Times } from './vectors.ts';

/** For so long nobody is taken for one who speaks another protocol than a moment ago. */
export const MIGRATE_NS: VirtualNs = 3 * NS_PER_S;
/** Hellos that may be missing before it is known that nobody speaks. */
const HELLOS = 3;

/** A port hears. True where roles may be others from here on. */
export function hear(port: TreePort, bpdu: Bpdu, now: VirtualNs): boolean {
  port.isEdge = false;
  if (now >= port.migrateUntil && port.isRapid !== (bpdu.kind === 'rapid')) {
    port.isRapid = bpdu.kind === 'rapid';
    port.migrateUntil = now + MIGRATE_NS;
  }
  if (bpdu.kind === 'change') {
    port.heardNotice = true;
    return false;
  }
  if (bpdu.role === 'designated') return hearDesignated(port, bpdu, now);
  if (bpdu.role !== 'unknown' && compareVectors(bpdu.vector, port.vector) >= 0) {
    hearAgreement(port, bpdu);
    hearChange(port, bpdu);
  }
  return false;
}

function hearDesignated(port: TreePort, bpdu: Configuration, now: VirtualNs): boolean {
  const times = plausible(bpdu.times);
  const compared = compareVectors(bpdu.vector, port.vector);
  const isOfSame =
    port.info === 'received' &&
    bpdu.vector.bridge.mac === port.vector.bridge.mac &&
    (bpdu.vector.port & 0xfff) === (port.vector.port & 0xfff);
  if (compared === 0 && port.info === 'received' && isSameTimes(times, port.times)) {
    hearProposal(port, bpdu);
    hearChange(port, bpdu);
    port.infoUntil = now + validFor(times);
    return false;
  }
  // Better, or no longer what the same neighbour said before.
  if (compared > 0 && !isOfSame) {
    if (bpdu.learning) {
      port.isDisputed = true;
      port.agreed = false;
    }
    return false;
  }
  port.agreed = false;
  port.proposing = false;
  hearProposal(port, bpdu);
  hearChange(port, bpdu);
  port.agree = port.agree && port.info === 'received' && compared <= 0;
  port.vector = bpdu.vector;
  port.times = times;
  port.infoUntil = now + validFor(times);
  port.info = 'received';
  return true;
}

function validFor({ ageNs, maxAgeNs, helloNs }: Times): VirtualNs {
  return ageNs + NS_PER_S <= maxAgeNs ? HELLOS * helloNs : 0;
}
function hearProposal(port: TreePort, { proposal }: Configuration): void {
  if (proposal) port.proposed = true;
}
function hearAgreement(port: TreePort, { agreement }: Configuration): void {
  port.agreed = port.isRapid && agreement;
  if (port.agreed) port.proposing = false;
}
function hearChange(port: TreePort, { change, changeAck }: Configuration): void {
  if (change) port.heardChange = true;
  if (changeAck) port.heardAck = true;
}

/** What a port knows changes by itself: it comes or goes, or nobody has spoken for long. True where roles may be others. */
export function inform(port: TreePort, now: VirtualNs): boolean {
  if (!port.isEnabled) {
    if (port.info === 'disabled') return false;
    port.info = 'disabled';
    port.proposing = false;
    port.proposed = false;
    port.agree = false;
    port.agreed = false;
    return true;
  }
  const isOver = port.info === 'received' && now >= port.infoUntil;
  if (port.info !== 'disabled' && !isOver) return false;
  port.info = 'aged';
  return true;
}

/** What the port knows becomes what its bridge says by it. */
export function update(port: TreePort, times: Times): void {
  port.isToUpdate = false;
  port.proposing = false;
  port.proposed = false;
  port.agreed = port.agreed && port.info === 'mine' && compareVectors(port.vector, port.designated) >= 0;
  port.synced = port.synced && port.agreed;
  port.vector = port.designated;
  port.times = times;
  port.info = 'mine';
  port.isNews = true;
}
