/** Opens a lab: finds the scenario, fetches the software that it names, starts the hosts. Nothing of it stays when it fails. */

import { messageOf } from '#base/error-message';
import { checkLabFile } from '#base/given-files';
import { type Failure, fail, ok, type Result } from '#base/result';
import type { CommandData, HostSpec, VmSpec } from '#base/scenario';
import type { LabSource, MissingImage, OnProgress, OpenOptions } from '#bridge/protocol/lab-api';
import type { MakeHost } from '#hypervisor/port';
import { REGISTRIES } from '#hypervisor/registries';
import type { LabImage } from '#lab/checkpoints/checkpoint';
import type { FileTools } from '#lab/checkpoints/lab-file';
import { commandsToCome, readLabState } from '#lab/checkpoints/lab-state';
import { Lab } from '#lab/lab';
import type { HostNeeds, PlaceHosts } from '#lab/placing';
import type { Scenario, TimedCommand } from '#lab/scenario';
import {
  filesOf,
  keepsDisks,
  layersNamed,
  layersOf,
  neededSoftware,
  type SoftwareKey,
  type SoftwareStore,
  softwareOfHost,
  vmsOf,
} from '#lab/software';
import { readScenario, readScenarioText } from '#lab/versions';
import type { EngineModule } from '#machine/engine-module';
import type { KeptDisks, Run } from './disks/kept-disks.ts';
import type { Images } from './images.ts';

const MIB: number = 2 ** 20;
/** Layers that a lab's disks may have sealed. */
const MOST_LAYERS = 256;

/** What every opening needs. */
export interface Opening {
  readonly images: Images;
  readonly engine: EngineModule;
  readonly options: OpenOptions;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** For files of whole labs. */
  readonly fileTools: FileTools;
  /** A clock, to say how long translating takes. */
  readonly wallMs: () => number;
  /** Where hosts run. */
  readonly placeHosts: PlaceHosts;
  readonly translator?: HostNeeds['translator'];
  readonly kept: KeptDisks;
  /** What the lab has of the kept disks. */
  readonly run: Run;
}

export interface Opened {
  readonly lab: Lab;
  /** What it has of the kept disks. */
  readonly run: Run;
  readonly missingImages: readonly MissingImage[];
}

interface FoundMissing extends MissingImage {
  /** Whose disk lies on it, if it is a layer. */
  readonly vm?: string;
}

async function scenarioOf(source: LabSource, { images, signal }: Opening): Promise<Result<Scenario>> {
  switch (source.kind) {
    case 'builtin': {
      // Who follows a link needs none of those that come along.
      const { builtinScenario } = await import('#lab/scenarios/builtin');
      const scenario = builtinScenario(source.name, { linux: await images.hasLinux(signal) });
      return scenario === undefined ? fail('no-such-scenario', { name: source.name }) : ok(scenario);
    }
    case 'link':
      return (await import('#lab/link')).decodeLink(source.text);
    case 'scenario':
      return readScenario(source.scenario);
    case 'state':
      return readFile(source.bytes);
    case 'kept':
      return fail('checkpoint.none');
  }
}

/** Of a layer's name, for people. */
const SHOWN_DIGITS = 12;

/** Reads a scenario file: JSON text in UTF-8. */
function readFile(bytes: Uint8Array): Result<Scenario> {
  const wanted = checkLabFile(bytes);
  if (!wanted.ok) return wanted;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fail('document.notJson');
  }
  return readScenarioText(text);
}

/**
 * Fetches what VMs and commands name; what is not to be had comes back with the reason. Not so kept images that commands lay disks on: what
 * is not kept, disks may have sealed, and else their host says that it is missing.
 */
export async function fetchSoftware(
  vms: readonly VmSpec[],
  commands: readonly CommandData[],
  { images, signal, onProgress }: Pick<Opening, 'images' | 'signal' | 'onProgress'>,
  hosts: readonly HostSpec[] = [],
): Promise<Result<readonly FoundMissing[]>> {
  const missing = new Map<string, FoundMissing>();
  const keys = [...filesOf(commands), ...hosts.flatMap(softwareOfHost)];
  /** By layer: a VM whose disk lies on it. */
  const onLayer = new Map<SoftwareKey, string>();
  for (const vm of vms) {
    const needed = neededSoftware(vm);
    if (!needed.ok) missing.set(vm.image.name, { name: vm.image.name, error: needed.error });
    keys.push(...(needed.ok ? needed.value : []));
    for (const layer of layersOf(vm)) onLayer.set(`layer:${layer}`, vm.name);
  }
  for (const key of keys) {
    const name = key.replace(/^file:/, '');
    if (missing.has(name)) continue;
    const got = await images.need(key, signal, onProgress);
    if (signal.aborted) return fail('cancelled');
    if (!got.ok) missing.set(name, { name, error: got.error, ...vmOn(onLayer.get(key)) });
  }
  for (const key of layersNamed(commands)) await images.need(key, signal, onProgress);
  return ok([...missing.values()]);
}

function vmOn(vm: string | undefined): Pick<FoundMissing, 'vm'> {
  return vm === undefined ? {} : { vm };
}
/** Which VM of a lab that is opened is not there for want of a layer, whose name alone says nothing to a person. */
function told(missing: readonly FoundMissing[]): MissingImage[] {
  return missing.map(({ name, error, vm }) => {
    const { layer } = error.data;
    if (error.code !== 'disk.layerMissing' || vm === undefined) return { name, error };
    const shown = String(layer).slice(0, SHOWN_DIGITS);
    return { name, error: fail('vm.layerMissing', { vm, layer: shown }).error };
  });
}

/** Opens a source: goes on from an image, where there is one, or switches the hosts of its scenario on. */
export async function openLab(
  source: LabSource,
  opening: Opening,
  image?: LabImage,
): Promise<Result<Opened>> {
  if (image !== undefined) return openImage(image, opening);
  if (source.kind === 'state') {
    const { isLabFile, readLabFile } = await import('#lab/checkpoints/lab-file');
    const read = isLabFile(source.bytes) ? await readLabFile(source.bytes, opening.fileTools) : undefined;
    if (read !== undefined) return read.ok ? openImage(read.value, opening) : read;
  }
  const scenario = await scenarioOf(source, opening);
  if (!scenario.ok) return scenario;
  const begun = await opening.kept.begin(scenario.value);
  if (opening.signal.aborted) return fail('cancelled');
  return openScenario(begun, opening);
}

export async function openScenario(
  scenario: Scenario,
  opening: Opening,
  toCome: readonly TimedCommand[] = scenario.commands,
): Promise<Result<Opened>> {
  const fits = checkRam(scenario, opening);
  if (!fits.ok) return fits;
  // A run that creates VMs on its way needs what they are made of just the same: another run would be another lab.
  const vms = vmsOf({ ...scenario, commands: toCome });
  await opening.kept.open(vms);
  const missing = await fetchSoftware(vms, toCome, opening, scenario.hosts);
  if (!missing.ok) return missing;
  opening.onProgress({ stage: 'boot', subject: scenario.title, done: 0 });
  const lab = await create(scenario, makerOf(opening, scenario.hosts.length, vms), toCome);
  return lab.ok ? ok({ lab: lab.value, run: opening.run, missingImages: told(missing.value) }) : lab;
}

function checkRam({ hosts }: Scenario, { options }: Opening): Result<null> {
  const bytes = hosts.reduce((sum, host) => sum + host.ramBytes, 0);
  const { maxRamBytes: limit } = options;
  if (bytes <= limit) return ok(null);
  return fail('lab.tooMuchRam', { mebibytes: Math.ceil(bytes / MIB), limit: Math.floor(limit / MIB) });
}

/** Goes on with a lab. What its VMs are made of is fetched for when they are started again. */
export async function openImage(
  image: LabImage,
  opening: Opening,
  toCome?: readonly TimedCommand[],
): Promise<Result<Opened>> {
  const state = readLabState(image.lab, REGISTRIES);
  if (!state.ok) return state;
  const { scenario, log } = state.value;
  const fits = checkRam(scenario, opening);
  if (!fits.ok) return fits;
  const commands = [...scenario.commands, ...log.map(({ command }) => command), ...(toCome ?? [])];
  // Files are read when the command is carried out: of what has been done, none is needed any more.
  const ahead = toCome ?? commandsToCome(state.value);
  const vms = vmsOf({ ...scenario, commands });
  await opening.kept.open(vms);
  const missing = await fetchSoftware(vms, ahead, opening);
  if (!missing.ok) return missing;
  opening.onProgress({ stage: 'boot', subject: scenario.title, done: 0 });
  const makeHost = makerOf(opening, scenario.hosts.length, vms);
  const lab = await restore(image, opening, makeHost, toCome);
  return lab.ok ? ok({ lab: lab.value, run: opening.run, missingImages: told(missing.value) }) : lab;
}

/** Layers that disks of the lab have sealed stand in no scenario: which are missing shows when its state is read. */
async function restore(
  image: LabImage,
  opening: Opening,
  makeHost: MakeHost,
  toCome: readonly TimedCommand[] | undefined,
): Promise<Result<Lab>> {
  for (let tries = 0; ; tries++) {
    const lab = await Lab.restore(image, makeHost, REGISTRIES, toCome);
    if (lab.ok || lab.error.code !== 'disk.layerMissing' || tries === MOST_LAYERS) return lab;
    const { images, signal, onProgress } = opening;
    const fetched = await images.need(`layer:${lab.error.data['layer']}`, signal, onProgress);
    if (!fetched.ok) return fetched;
  }
}

/** @param vms those that it has, and those that are created on its way */
function makerOf(opening: Opening, hosts: number, vms: readonly VmSpec[]): MakeHost {
  const { engine, images, options, wallMs, placeHosts, translator, run } = opening;
  const software: SoftwareStore = {
    bytes: (key) => images.bytes(key),
    layers: () => images.layers(),
    keeper: (name) => run.keeper?.(name),
  };
  const needs = { engine, software, shared: options.shared, wallMs, keepsDisks: keepsDisks(vms) };
  return placeHosts(translator === undefined ? needs : { ...needs, translator }, hosts);
}

/** Switches hosts on. Where the browser has not got the memory, or refuses the engine, it throws; that is an answer. */
async function create(
  scenario: Scenario,
  makeHost: MakeHost,
  toCome: readonly TimedCommand[],
): Promise<Result<Lab>> {
  try {
    return ok(await Lab.create(scenario, makeHost, REGISTRIES, toCome));
  } catch (error) {
    return fail('engine-start', { message: messageOf(error) });
  }
}

/** Work that was ended: by a person, or because another lab is wanted. */
export function ended({ reason }: AbortSignal): Failure {
  return fail(reason === 'superseded' ? 'superseded' : 'cancelled');
}
