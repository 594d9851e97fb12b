/**
 * Hosts of a lab in threads of their own, and what serves them there. Software comes with a host, and further software before the
 * command that needs it: where it comes from, the thread does not know.
 */
import { fail } from '#base/result';
import type { CommandData, VmSpec } from '#base/scenario';
import { commandNamed } from '#hypervisor/commands';
import type { Endpoint, Provision } from '#hypervisor/host-messages';
import { serveHost } from '#hypervisor/host-server';
import { placeBy } from '#hypervisor/peers/wiring';
import type { MakeHost, Waiting } from '#hypervisor/port';
import type { AnswerOf } from '#hypervisor/questions';
import { REGISTRIES } from '#hypervisor/registries';
import { WorkerHost } from '#hypervisor/worker-host';
import { EngineModule } from '#machine/engine-module';
import { type HostNeeds, hostsHere } from './placing.ts';
import {
  filesOf,
  keepsDisks,
  layersNamed,
  neededSoftware,
  type SoftwareKey,
  type SoftwareStore,
  softwareOfHost,
} from './software.ts';

export interface WorkerHostsOptions extends Omit<HostNeeds, 'registries' | 'translator'> {
  /** Starts a thread that serves a host ({@link serveLabHost}). */
  readonly startThread: () => Endpoint;
}

/** In a thread that has nothing else to do than its host. */
const APART: Waiting = { sleepMs: 20, pause: async () => undefined };
/** Makes hosts in threads of their own. */
export function workerHosts({ engine, software, shared, wallMs, startThread }: WorkerHostsOptions): MakeHost {
  return async (spec, settings, image, place) => {
    const carrier = new SoftwareCarrier(software);
    const host = await WorkerHost.begin(
      startThread(),
      {
        ...{ engine: engine.bytes, spec, settings, shared, ...(image === undefined ? {} : { image }) },
        ...(place === undefined || !shared ? {} : { wiring: place.wiring() }),
        software: carrier.missing(spec.vms, softwareOfHost(spec)),
      },
      {
        ...{ wallMs, prepare: (command, to) => carrier.prepare(command, to) },
        keeper: (name) => software.keeper?.(name),
        refuse: ({ op, args }) => {
          const created = commandNamed(REGISTRIES.commands, op)?.creates(args)?.spec;
          const isKept = created !== undefined && keepsDisks([created]);
          return isKept && !shared ? fail('disk.cannotKeep', { host: spec.name }) : undefined;
        },
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
  missing(vms: readonly VmSpec[], besides: readonly SoftwareKey[] = []): Provision[] {
    const keys = vms.flatMap((vm) => {
      const needed = neededSoftware(vm);
      return needed.ok ? needed.value : [];
    });
    // What a state names that a host goes on from, nobody knows before it is read.
    return this.#fresh([...new Set([...keys, ...besides, ...(this.#store.layers?.() ?? [])])]);
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
