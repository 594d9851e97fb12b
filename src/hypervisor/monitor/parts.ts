/** Parts of a host and of its VMs that are measured, and what reads each metric of theirs; the rows are `PART_METRICS` of the catalogue. */
import { PART_METRICS, type PartScope } from '#base/catalogue/scoped-metrics';
import type { NetCounter } from '#machine/devices/card/metrics';
import { countOf } from '../io/counting.ts';
import { inFlight } from '../io/media/lying.ts';
import type { PhysicalDisk } from '../io/media/physical-disk.ts';
import type { IoStream } from '../io/scheduling/request.ts';
import type { Card } from '../io/vioc.ts';
import type { HostNetwork } from '../network/host-network.ts';
import type { SwitchPort } from '../network/switch-port.ts';
import type { Vcpu } from '../vcpu/vcpu.ts';
import type { Vm } from '../vm/vm.ts';

/** What a part of each scope is. */
interface Things {
  readonly storage: PhysicalDisk;
  readonly port: SwitchPort;
  readonly vcpu: Vcpu;
  readonly disk: IoStream;
  readonly card: Card;
}

/** A part, told from its like by labels. */
export type Part = {
  [Scope in PartScope]: {
    readonly scope: Scope;
    readonly labels: Readonly<Record<string, string>>;
    readonly thing: Things[Scope];
  };
}[PartScope];

/** What has parts. */
export interface HostOfParts {
  readonly storage: { readonly disks: readonly PhysicalDisk[] };
  readonly network: Pick<HostNetwork, 'switches'>;
  vms(): readonly Pick<Vm, 'spec' | 'vcpus' | 'devices'>[];
}

/** Is shown a part: what it is, the switch or VM that it is of, and its name or number there. */
type VisitPart = (scope: PartScope, thing: Part['thing'], owner: string, name: string | number) => void;

/** Shows all that are there, those of the host first; it makes nothing. */
export function visitParts(host: HostOfParts, visit: VisitPart): void {
  for (const disk of host.storage.disks) visit('storage', disk, '', disk.spec.name);
  for (const { name, ports } of host.network.switches.values())
    for (const port of ports) visit('port', port, name, port.name);
  for (const { spec, vcpus, devices } of host.vms()) {
    for (const vcpu of vcpus) visit('vcpu', vcpu, spec.name, vcpu.index);
    for (const stream of devices.storage.streams()) visit('disk', stream, spec.name, stream.index);
    for (let place = 0; place < (spec.nics?.length ?? 0); place++) {
      const card = devices.card(place);
      if (card !== undefined) visit('card', card, spec.name, place);
    }
  }
}

/** The same with their labels. */
export function partsOf(host: HostOfParts): Part[] {
  const parts: Part[] = [];
  visitParts(host, (scope, thing, owner, name) => {
    const of = scope === 'storage' ? {} : scope === 'port' ? { switch: owner } : { vm: owner };
    const labels = { ...of, [scope === 'storage' ? 'disk' : scope]: `${name}` };
    parts.push({ scope, labels, thing } as Part);
  });
  return parts;
}

/** Reads all metrics of a thing in the order of their rows, from a place on. */
type ReadPart<Scope extends PartScope> = (thing: Things[Scope], into: Float64Array, at: number) => void;

type Readers = {
  readonly [Scope in Exclude<PartScope, 'vcpu'>]: Readonly<
    Record<(typeof PART_METRICS)[Scope][number]['id'], (thing: Things[Scope]) => number>
  >;
};

const READERS: Readers = {
  storage: {
    'storage-busy': ({ busyNs }) => busyNs,
    'storage-requests': ({ counters }) => counters.completed,
    'storage-bytes': ({ counters }) => counters.bytes,
    'storage-merges': ({ counters }) => counters.merges,
    'storage-in-service': ({ inService }) => inService,
    'storage-waiting': ({ streams }) =>
      streams.reduce((sum, { waiting, held }) => sum + waiting.length + held.length, 0),
  },
  disk: {
    'disk-requests': ({ counters }) => counters.completed,
    'disk-bytes': ({ counters }) => counters.bytes,
    'disk-served': ({ counters }) => counters.servedNs,
    'disk-held': ({ counters }) => counters.held,
    'disk-merged': ({ counters }) => counters.merges,
    'disk-queue': inFlight,
  },
  card: {
    'card-frames-in': ofCard('framesIn'),
    'card-bytes-in': ofCard('bytesIn'),
    'card-drops-in': ofCard('droppedIn'),
    'card-frames-out': ofCard('framesOut'),
    'card-bytes-out': ofCard('bytesOut'),
    'card-drops-out': ofCard('droppedOut'),
  },
  port: {
    'port-frames-in': ({ counters }) => counters.framesIn,
    'port-bytes-in': ({ counters }) => counters.bytesIn,
    'port-frames-out': ({ counters }) => counters.framesOut,
    'port-bytes-out': ({ counters }) => counters.bytesOut,
    'port-drops': ({ counters }) => counters.dropped,
    'port-queue': ({ queued }) => queued,
  },
};

function ofCard(count: NetCounter): (card: Card) => number {
  return (card) => countOf(card, count);
}

function readVcpu({ counted }: Vcpu, into: Float64Array, at: number): void {
  for (let n = 0; n < PART_METRICS.vcpu.length; n++) into[at + n] = counted[n]!;
}

function readEach<Scope extends keyof Readers>(scope: Scope): ReadPart<Scope> {
  const of: Readonly<Record<string, (thing: Things[Scope]) => number>> = READERS[scope];
  const readers = PART_METRICS[scope].map(({ id }) => of[id]!);
  return (thing, into, at) => {
    for (let n = 0; n < readers.length; n++) into[at + n] = readers[n]!(thing);
  };
}

/** What reads the parts of each scope. */
export const PART_READERS: Readonly<Record<PartScope, ReadPart<never>>> = {
  storage: readEach('storage'),
  port: readEach('port'),
  vcpu: readVcpu,
  disk: readEach('disk'),
  card: readEach('card'),
};

/** The metric of a part in a row of its scope: a counter since the part came, or a level now. */
export function readPart({ scope, thing }: Part, row: number): number {
  const all = new Float64Array(PART_METRICS[scope].length);
  PART_READERS[scope](thing as never, all, 0);
  return all[row]!;
}
