/** Where the hosts of a lab run. Whoever opens labs is told by whoever knows the surroundings, and knows no way of its own. */
import { LocalHost } from '#hypervisor/local-host';
import type { MakeHost, Waiting } from '#hypervisor/port';
import { REGISTRIES, type Registries } from '#hypervisor/registries';
import type { EngineModule } from '#machine/engine-module';
import { type TranslationPolicy, USUAL_PACE } from '#machine/translation-policy';
import { type SoftwareStore, softwareResolver } from './software.ts';

/** What hosts are made with, wherever they run. */
export interface HostNeeds {
  readonly engine: EngineModule;
  readonly software: SoftwareStore;
  /** Their views lie in memory that a page shares. */
  readonly shared: boolean;
  /** The clock of this thread. */
  readonly wallMs: () => number;
  /** What hosts are made of; the usual unless given. */
  readonly registries?: Registries;
  /** Where the translator comes from; unless given, hosts are not made before it is here. */
  readonly translator?: TranslationPolicy['translator'];
  /** VMs that its commands will create have disks that last. */
  readonly keepsDisks?: boolean;
}

/** Makes the hosts of a lab that has so many. */
export type PlaceHosts = (needs: HostNeeds, hosts: number) => MakeHost;

/** All hosts in this thread. */
export const inThisThread: PlaceHosts = (needs) => hostsHere(needs);

/**
 * Makes hosts in this thread.
 *
 * @param waiting how it may wait for hosts of other threads, where there are such
 */
export function hostsHere(
  { engine, software, shared, wallMs, registries = REGISTRIES, translator }: HostNeeds,
  waiting?: Waiting,
): (...given: Parameters<MakeHost>) => Promise<LocalHost> {
  const environment = { software: softwareResolver(software), shared, wallMs, registries };
  return async (...given) => {
    const translate = { ...USUAL_PACE, translator: translator ?? (await translatorHere()), clock: wallMs };
    return LocalHost.maker(engine, { ...environment, translate }, waiting)(...given);
  };
}

async function translatorHere(): Promise<TranslationPolicy['translator']> {
  const { USUAL_POLICY } = await import('#machine/usual-policy');
  return USUAL_POLICY.translator;
}
