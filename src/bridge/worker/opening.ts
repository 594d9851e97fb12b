/** Opens a lab: finds the scenario, fetches the software that it names, starts the hosts. Nothing of it stays when it fails. */
import { fail, ok, type Result } from '#base/result';
import type { Scenario, VmSpec } from '#base/scenario';
import type { LabSource, OnProgress, OpenOptions } from '#bridge/protocol/lab-api';
import { Lab } from '#lab/lab';
import { decodeLink } from '#lab/link';
import { builtinScenario } from '#lab/scenarios/builtin';
import { neededSoftware, softwareResolver } from '#lab/software';
import { readScenario } from '#lab/versions';
import type { EngineModule } from '#machine/engine-module';
import type { Images } from './images.ts';

/** What every opening needs. */
export interface Opening {
  readonly images: Images;
  readonly engine: EngineModule;
  readonly options: OpenOptions;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

export interface Opened {
  readonly lab: Lab;
  readonly missingImages: readonly string[];
}

async function scenarioOf(source: LabSource, { images, signal }: Opening): Promise<Result<Scenario>> {
  switch (source.kind) {
    case 'builtin': {
      const scenario = builtinScenario(source.name, { linux: await images.hasLinux(signal) });
      return scenario === undefined ? fail('no-such-scenario', { name: source.name }) : ok(scenario);
    }
    case 'link':
      return decodeLink(source.text);
    case 'scenario':
      return readScenario(source.scenario);
    case 'state': {
      let value: unknown;
      try {
        value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(source.bytes));
      } catch {
        return fail('document.notJson');
      }
      return readScenario(value);
    }
  }
}

/** Fetches what VMs name; the names of what is not to be had come back. */
export async function fetchSoftware(
  vms: readonly VmSpec[],
  { images, signal, onProgress }: Pick<Opening, 'images' | 'signal' | 'onProgress'>,
): Promise<Result<readonly string[]>> {
  const missing = new Set<string>();
  for (const vm of vms) {
    const needed = neededSoftware(vm);
    if (!needed.ok) {
      missing.add(vm.image.name);
      continue;
    }
    for (const key of needed.value) {
      const got = await images.need(key, signal, onProgress);
      if (signal.aborted) return fail('cancelled');
      if (!got.ok) missing.add(key.replace(/^file:/, ''));
    }
  }
  return ok([...missing]);
}

/** Opens a source. */
export async function openLab(source: LabSource, opening: Opening): Promise<Result<Opened>> {
  const scenario = await scenarioOf(source, opening);
  if (!scenario.ok) return scenario;
  if (opening.signal.aborted) return fail('cancelled');
  const ramBytes = scenario.value.hosts.reduce((sum, host) => sum + host.ramBytes, 0);
  const { maxRamBytes, shared } = opening.options;
  if (ramBytes > maxRamBytes) return fail('lab.tooMuchRam', { bytes: ramBytes, limit: maxRamBytes });
  const missing = await fetchSoftware(
    scenario.value.hosts.flatMap(({ vms }) => vms),
    opening,
  );
  if (!missing.ok) return missing;
  opening.onProgress({ stage: 'boot', subject: scenario.value.title, done: 0 });
  const lab = Lab.create(scenario.value, opening.engine, {
    software: softwareResolver(opening.images),
    shared,
  });
  return ok({ lab, missingImages: missing.value });
}
