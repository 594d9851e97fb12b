/**
 * Hosts of a lab in threads of their own, and what serves them there. Software comes with a host, and further software before the
 * command that needs it: where it comes from, the thread does not know.
 */
import type { CommandData, HostSpec, VmSpec } from '#base/scenario';
import { commandNamed } from '#hypervisor/commands';
import type { Endpoint, Provision } from '#hypervisor/host-messages';
import { serveHost } from '#hypervisor/host-server';
import { placeBy } from '#hypervisor/peers/wiring';
import type { MakeHost, Waiting } from '#hypervisor/port';
import type { AnswerOf } from '#hypervisor/questions';
import { REGISTRIES } from '#hypervisor/registries';
import { WorkerHost } from '#hypervisor/worker-host';
import { EngineModule } from '#machine/engine-module';
import { type HostNeeds, hostsHere, inThisThread, type PlaceHosts } from './placing.ts';
import {
  filesOf,
  keptName,
  layersNamed,
  neededSoftware,
  type SoftwareKey,
  type SoftwareStore,
} from './software.ts';

export interface WorkerHostsOptions extends Omit<HostNeeds, 'registries' | 'translator'> {
  /** Starts a thread that serves a host ({@link serveLabHost}). */
  readonly startThread: () => Endpoint;
}

/** In a thread that has nothing else to do than its host. */
const APART: Waiting = { sleepMs: 20, pause: async () => undefined };
/** In the thread that drives the others, too: what they have to say must be heard. */
const SHORT_SLEEP_MS = 1;

/**
 * The first of several hosts in this thread, which would have little to do otherwise, each of the others in a thread of its own. Kinds
 * of somebody's own are known to this thread only, and so are their hosts.
 *
 * @param pause comes back when what has arrived in this thread has had its turn
 */
export function inThreads(startThread: () => Endpoint, pause: () => Promise<void>): PlaceHosts {
  return (needs, hosts) => {
    if (hosts === 1 || (needs.registries ?? REGISTRIES) !== REGISTRIES) return inThisThread(needs, hosts);
    const here = hostsHere(needs, { sleepMs: SHORT_SLEEP_MS, pause });
    const apart = workerHosts({ ...needs, startThread });
    // Without memory that threads share nobody can wait for the one that has the files.
    const isHere = (spec: HostSpec, number: number | undefined): boolean =>
      number === 0 || (!needs.shared && keepsDisks(spec));
    return (spec, settings, image, place) =>
      (isHere(spec, place?.number) ? here : apart)(spec, settings, image, place);
  };
}

/** VMs of a host have disks that last. */
function keepsDisks({ vms }: HostSpec): boolean {
  return vms.some(({ disks }) => disks.some((disk) => keptName(disk) !== undefined));
}

/** Makes hosts in threads of their own. */
export function workerHosts({ engine, software, shared, wallMs, startThread }: WorkerHostsOptions): MakeHost {
  return async (spec, settings, image, place) => {
    const carrier = new SoftwareCarrier(software);
    const host = await WorkerHost.begin(
      startThread(),
      {
        ...{ engine: engine.bytes, spec, settings, shared, ...(image === undefined ? {} : { image }) },
        ...(place === undefined || !shared ? {} : { wiring: place.wiring() }),
        software: carrier.missing(spec.vms),
      },
      {
        ...{ wallMs, prepare: (command, to) => carrier.prepare(command, to) },
        keeper: (name) => software.keeper?.(name),
      },
    );
    // VMs that an image brings along may be started again.
    if (image !== undefined) await carrier.prepareAll(host);
    return host;
  };
}

/** Knows which software a host has been given. */
class SoftwareCarrier {
  readonly #store: SoftwareStore;
  readonly #given = new Map<SoftwareKey, Uint8Array>();

  constructor(store: SoftwareStore) {
    this.#store = store;
  }

  /** What VMs need, and their host has not been given. What is not here the host will miss, and say so. */
  missing(vms: readonly VmSpec[]): Provision[] {
    const keys = vms.flatMap((vm) => {
      const needed = neededSoftware(vm);
      return needed.ok ? needed.value : [];
    });
    // What a state names that a host goes on from, nobody knows before it is read.
    return this.#fresh([...new Set([...keys, ...(this.#store.layers?.() ?? [])])]);
  }
  #fresh(keys: readonly SoftwareKey[]): Provision[] {
    return keys.flatMap((name) => {
      const bytes = this.#store.bytes(name);
      if (bytes === undefined || this.#given.get(name) === bytes) return [];
      this.#given.set(name, bytes);
      return [{ name, bytes }];
    });
  }

  async prepare({ op, args }: CommandData, host: WorkerHost): Promise<void> {
    const definition = commandNamed(REGISTRIES.commands, op);
    const layers = layersNamed([{ op, args }]).length > 0 ? (this.#store.layers?.() ?? []) : [];
    for (const file of this.#fresh([...filesOf([{ op, args }]), ...layers])) host.provide(file);
    const created = definition?.creates(args)?.spec;
    if (created !== undefined) this.#provide([created], host);
    if (definition?.loads !== true || !('vm' in args)) return;
    const answer = await host.ask('vm', { vm: args.vm });
    if (answer.ok) this.#provide([(answer.value.value as AnswerOf<'vm'>).description.spec], host);
  }

  async prepareAll(host: WorkerHost): Promise<void> {
    const answer = await host.ask('vms', {});
    if (!answer.ok) return;
    this.#provide(
      (answer.value.value as AnswerOf<'vms'>).map(({ spec }) => spec),
      host,
    );
  }

  #provide(vms: readonly VmSpec[], host: WorkerHost): void {
    for (const provision of this.missing(vms)) host.provide(provision);
  }
}

/** Serves one host of a lab in this thread, which has its translator from wherever it is said. */
export function serveLabHost(endpoint: Endpoint, here: Pick<HostNeeds, 'wallMs' | 'translator'>): void {
  serveHost(endpoint, ({ engine, spec, settings, image, shared, wiring }, software, keeper) => {
    const needs = { engine: new EngineModule(engine.slice()), shared, ...here };
    const make = hostsHere({ ...needs, software: { bytes: (key) => software.get(key), keeper } }, APART);
    return make(spec, settings, image, placeBy(wiring));
  });
}
