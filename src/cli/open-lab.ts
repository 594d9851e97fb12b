/** A scenario (file, link or builtin name) or a lab file as a lab in this process, with everything that its VMs are made of. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkLabFile } from '#base/given-files';
import { fail, ok, type Result } from '#base/result';
import type { CommandData } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { Timed } from '#hypervisor/port';
import { REGISTRIES, type Registries } from '#hypervisor/registries';
import { hasher } from '#hypervisor/snapshot/hasher';
import type { LabImage } from '#lab/checkpoints/checkpoint';
import { type FileTools, isLabFile, readLabFile } from '#lab/checkpoints/lab-file';
import { commandsToCome, readLabState } from '#lab/checkpoints/lab-state';
import { inThreads } from '#lab/in-threads';
import { Lab } from '#lab/lab';
import { decodeLink } from '#lab/link';
import type { HostNeeds } from '#lab/placing';
import type { Scenario } from '#lab/scenario';
import { BUILTIN_SCENARIO_NAMES, builtinScenario } from '#lab/scenarios/builtin';
import { filesOf, layersNamed, softwareOfHost, vmsOf } from '#lab/software';
import { readScenarioText } from '#lab/versions';
import type { EngineModule } from '#machine/engine-module';
import { engineModule } from './engine.ts';
import { GuestFiles } from './guest-files.ts';
import { startHostThread } from './host-thread.ts';
import { say } from './messages.ts';
import { readPath } from './paths.ts';

/** A state can name so many that stand nowhere else. */
const MOST_LAYERS = 256;

/** True for what is meant as a link, with whatever its carrier put around it: an address, its fragment, or the text behind `#`. */
function isLink(source: string): boolean {
  return /^\W{0,8}https?:|#|%23|^\W{0,8}[1-9][\w%-]{20}/i.test(source);
}

/** What a lab is opened from, and the folder in which the files that it names lie. */
interface Opening {
  readonly scenario: Scenario;
  readonly files: GuestFiles;
  /** What it will command by itself. */
  readonly toCome: readonly CommandData[];
  /** Its check sum said that nothing of it is missing or altered. */
  readonly isFromLink?: true;
  /** Of a lab file: what is gone on from. */
  readonly image?: LabImage;
}

/** From its beginning. */
function begun(scenario: Scenario, files: GuestFiles): Opening {
  return { scenario, files, toCome: scenario.commands };
}

/** A file: a scenario, or a whole lab. */
async function fileOf(path: string, engine: EngineModule, registries: Registries): Promise<Result<Opening>> {
  const read = readPath(path);
  if (!read.ok) return read;
  const { value: bytes } = read;
  const files = new GuestFiles(dirname(path));
  if (!isLabFile(bytes)) {
    const wanted = checkLabFile(bytes);
    if (!wanted.ok) return { ok: false, error: { ...wanted.error, where: path } };
    const scenario = readScenarioText(new TextDecoder().decode(bytes), registries);
    return scenario.ok ? ok(begun(scenario.value, files)) : scenario;
  }
  const image = await readLabFile(bytes, fileTools(engine));
  if (!image.ok) return image;
  const state = readLabState(image.value.lab, registries);
  if (!state.ok) return state;
  const { scenario, log } = state.value;
  const commands = [...scenario.commands, ...log.map(({ command }) => command)];
  const toCome = commandsToCome(state.value);
  return ok({ scenario: { ...scenario, commands }, files, toCome, image: image.value });
}

/** What lab files are written and read with. */
export function fileTools(engine: EngineModule): FileTools {
  return { hash: hasher(engine), pause: async () => undefined };
}

async function openingOf(
  source: string,
  engine: EngineModule,
  registries: Registries,
): Promise<Result<Opening>> {
  if (existsSync(source)) return fileOf(source, engine, registries);
  const files = new GuestFiles('.');
  const builtin = builtinScenario(source, { linux: files.hasLinux });
  if (builtin !== undefined) return ok(begun(builtin, files));
  if (!isLink(source)) return fail('run.noScenario', { source, builtin: BUILTIN_SCENARIO_NAMES.join(', ') });
  const opened = decodeLink(source, registries);
  return opened.ok ? ok({ ...begun(opened.value, files), isFromLink: true }) : opened;
}

/** A file that a command reads, wherever it lies. */
export interface OwnFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** How a lab is opened. */
interface OpenOptions {
  readonly registries?: Registries;
  readonly ownFiles?: readonly OwnFile[];
  /** What it will be commanded besides: layers that these name are looked for where the lab's own lie. */
  readonly given?: readonly CommandData[];
  /** Told that a link is whole: a person copied it by hand, and wants to know. */
  readonly print?: (text: string) => void;
}

/** Does something with a lab that is opened for it and closed again: threads of its hosts would keep the command from ending. */
export async function withLab<T>(
  source: string,
  work: (lab: Lab) => Promise<Result<T>>,
  options: OpenOptions = {},
): Promise<Result<T>> {
  const lab = await openLab(source, options);
  if (!lab.ok) return lab;
  try {
    return await work(lab.value);
  } finally {
    lab.value.close();
  }
}

/** Runs a lab to a virtual time and asks one of its hosts, the first unless named. */
export function askAt(
  source: string,
  { host, atNs }: { readonly host: string | undefined; readonly atNs: VirtualNs },
  question: string,
  given: Readonly<Record<string, unknown>>,
  options: OpenOptions,
): Promise<Result<Timed<unknown>>> {
  return withLab(
    source,
    async (lab) => {
      const index = hostNamed(lab, host);
      if (!index.ok) return index;
      await lab.advance(atNs);
      return lab.ask(index.value, question, given);
    },
    options,
  );
}

/** Switches the hosts of a scenario on, or goes on with a lab that was saved. */
export async function openLab(source: string, options: OpenOptions = {}): Promise<Result<Lab>> {
  const door = await doorOf(source, options);
  return door.ok ? door.value.open() : door;
}

/** What a lab is opened by, as often as one wants. */
export interface LabDoor {
  /** @param image what is gone on from; as the lab begins unless given */
  open(image?: LabImage): Promise<Result<Lab>>;
}

/** Finds everything that a lab is made of. */
export async function doorOf(
  source: string,
  { registries = REGISTRIES, ownFiles = [], given = [], print = () => undefined }: OpenOptions = {},
): Promise<Result<LabDoor>> {
  const engine = engineModule();
  const found = await openingOf(source, engine, registries);
  if (!found.ok) return found;
  const { scenario, files, toCome, image: kept, isFromLink } = found.value;
  if (isFromLink === true) {
    const vms = scenario.hosts.reduce((sum, host) => sum + host.vms.length, 0);
    print(`virtlab: ${say('linkIsRight', { hosts: scenario.hosts.length, vms })}\n`);
  }
  for (const { name, bytes } of ownFiles) files.give(name, bytes);
  const commanded = files.loadFiles(filesOf(toCome, registries));
  // What does not lie there, disks of the lab may have sealed; else the host says that it is missing.
  for (const layer of layersNamed([...toCome, ...given], registries)) files.loadFiles([layer]);
  const owning = commanded.ok ? files.loadFiles(scenario.hosts.flatMap(softwareOfHost)) : commanded;
  const loaded = owning.ok ? files.load(vmsOf(scenario)) : owning;
  if (!loaded.ok) return loaded;
  const wallMs = (): number => performance.now();
  // Several hosts run side by side, which makes no difference to what happens; they keep together by memory that they share.
  const { length } = scenario.hosts;
  const needs: HostNeeds = { engine, software: files, shared: length > 1, wallMs, registries };
  const open = async (image = kept): Promise<Result<Lab>> => {
    const makeHost = inThreads(startHostThread, nextTurn)(needs, length);
    if (image === undefined) return ok(await Lab.create(scenario, makeHost, registries));
    // Layers that disks of the lab have sealed stand in no scenario: which are missing shows when its state is read.
    for (let tries = 0; ; tries++) {
      const lab = await Lab.restore(image, makeHost, registries);
      if (lab.ok || lab.error.code !== 'disk.layerMissing' || tries === MOST_LAYERS) return lab;
      const found = files.loadFiles([`layer:${lab.error.data['layer']}`]);
      if (!found.ok) return found;
    }
  };
  return ok({ open });
}

/** The index of a host by its name; the first unless one is named. */
export function hostNamed({ hosts }: Lab, name: string | undefined): Result<number> {
  if (name === undefined) return ok(0);
  const index = hosts.findIndex(({ spec }) => spec.name === name);
  const known = hosts.map(({ spec }) => spec.name).join(', ');
  return index < 0 ? fail('ask.noHost', { host: name, known }) : ok(index);
}
