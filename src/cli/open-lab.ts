/** A scenario (file, link or builtin name) as a lab in this process, with everything that its VMs are made of. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail, ok, type Result } from '#base/result';
import { LocalHost } from '#hypervisor/local-host';
import { REGISTRIES, type Registries } from '#hypervisor/registries';
import { Lab } from '#lab/lab';
import { decodeLink } from '#lab/link';
import type { Scenario } from '#lab/scenario';
import { BUILTIN_SCENARIO_NAMES, builtinScenario } from '#lab/scenarios/builtin';
import { softwareResolver, vmsOf } from '#lab/software';
import { readScenarioText } from '#lab/versions';
import { USUAL_POLICY } from '#machine/translation-policy';
import { engineModule } from './engine.ts';
import { GuestFiles } from './guest-files.ts';

/** True for a link: all of an address, its fragment, or the text behind `#`. */
function linkText(source: string): string | undefined {
  const fragment =
    /^https?:[^#]*#(.*)$/.exec(source)?.[1] ?? (source.startsWith('#') ? source.slice(1) : undefined);
  return fragment ?? (/^[1-9][\w-]{20,}$/.test(source) ? source : undefined);
}

/** The scenario, and the folder in which the files that it names lie. */
function scenarioOf(
  source: string,
  registries: Registries,
): Result<{ scenario: Scenario; files: GuestFiles }> {
  if (existsSync(source)) {
    let text: string;
    try {
      text = readFileSync(source, 'utf8');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return fail('file.unreadable', { path: source, reason });
    }
    const read = readScenarioText(text, registries);
    if (!read.ok) return read;
    return ok({ scenario: read.value, files: new GuestFiles(dirname(source)) });
  }
  const files = new GuestFiles('.');
  const builtin = builtinScenario(source, { linux: files.hasLinux });
  if (builtin !== undefined) return ok({ scenario: builtin, files });
  const link = linkText(source);
  if (link === undefined)
    return fail('run.noScenario', { source, builtin: BUILTIN_SCENARIO_NAMES.join(', ') });
  const opened = decodeLink(link, registries);
  return opened.ok ? ok({ scenario: opened.value, files }) : opened;
}

/** Switches the hosts of a scenario on. */
export async function openLab(source: string, registries: Registries = REGISTRIES): Promise<Result<Lab>> {
  const found = scenarioOf(source, registries);
  if (!found.ok) return found;
  const { scenario, files } = found.value;
  const loaded = files.load(vmsOf(scenario));
  if (!loaded.ok) return loaded;
  const makeHost = LocalHost.maker(engineModule(), {
    software: softwareResolver(files),
    shared: false,
    wallMs: () => performance.now(),
    translate: USUAL_POLICY,
    registries,
  });
  return ok(await Lab.create(scenario, makeHost, registries));
}
