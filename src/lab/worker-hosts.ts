/**
 * Hosts of a lab in threads of their own, and what serves them there. Software comes with a host, and further software before the
 * command that needs it: where it comes from, the thread does not know.
 */
import type { CommandData, VmSpec } from '#base/scenario';
import { commandNamed } from '#hypervisor/commands';
import type { HostEnvironment } from '#hypervisor/host';
import type { Endpoint, Provision } from '#hypervisor/host-messages';
import { serveHost } from '#hypervisor/host-server';
import { LocalHost } from '#hypervisor/local-host';
import type { MakeHost } from '#hypervisor/port';
import type { AnswerOf } from '#hypervisor/questions';
import { REGISTRIES } from '#hypervisor/registries';
import { WorkerHost } from '#hypervisor/worker-host';
import { EngineModule } from '#machine/engine-module';
import { USUAL_POLICY } from '#machine/translation-policy';
import { inThisThread, type PlaceHosts } from './placing.ts';
import {
  filesOf,
  neededSoftware,
  type SoftwareKey,
  type SoftwareStore,
  softwareResolver,
} from './software.ts';

export interface WorkerHostsOptions {
  /** The engine's WebAssembly. */
  readonly engine: Uint8Array;
  readonly software: SoftwareStore;
  readonly shared: boolean;
  /** The clock of this thread. */
  readonly wallMs: () => number;
  /** Starts a thread that serves a host ({@link serveLabHost}). */
  readonly startThread: () => Endpoint;
}

/**
 * Several hosts each in a thread of its own; one alone stays in this one. Kinds of somebody's own are known to this thread only, and
 * so are their hosts.
 */
export function inThreads(startThread: () => Endpoint): PlaceHosts {
  return (needs, hosts) => {
    const { engine, software, shared, wallMs, registries = REGISTRIES } = needs;
    return hosts > 1 && registries === REGISTRIES
      ? workerHosts({ engine: engine.bytes, software, shared, wallMs, startThread })
      : inThisThread(needs, hosts);
  };
}

/** Makes hosts in threads of their own. */
export function workerHosts({ engine, software, shared, wallMs, startThread }: WorkerHostsOptions): MakeHost {
  return async (spec, settings, image) => {
    const carrier = new SoftwareCarrier(software);
    const host = await WorkerHost.begin(
      startThread(),
      {
        ...{ engine, spec, settings, shared, ...(image === undefined ? {} : { image }) },
        software: carrier.missing(spec.vms),
      },
      { wallMs, prepare: (command, to) => carrier.prepare(command, to) },
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
    return this.#fresh([...new Set(keys)]);
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
    for (const file of this.#fresh(filesOf([{ op, args }]))) host.provide(file);
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

/** Serves one host of a lab in this thread. */
export function serveLabHost(endpoint: Endpoint, wallMs: () => number): void {
  serveHost(endpoint, async ({ engine, spec, settings, image, shared }, software) => {
    const environment: HostEnvironment = {
      software: softwareResolver({ bytes: (key) => software.get(key) }),
      ...{ shared, wallMs, translate: { ...USUAL_POLICY, clock: wallMs } },
    };
    const made = await LocalHost.maker(new EngineModule(engine.slice()), environment)(spec, settings, image);
    if (!(made instanceof LocalHost)) throw new Error('a host of another thread');
    return made;
  });
}
