/**
 * The shape of a scenario document, version 1: every key, type and limit; what is not named here is refused. How the parts
 * refer to each other is checked in `references.ts`. Errors say what is wrong and where, with hostile text made harmless.
 */
import * as v from 'valibot';
import { REMOTE_DESKTOP_ROLES } from '#base/catalogue/desktop-kinds';
import { HOST_SOFTWARE } from '#base/catalogue/host-software';
import { LIMITS } from '#base/catalogue/limits';
import { NAME_LENGTH } from '#base/catalogue/names';
import type { Result } from '#base/result';
import type { LinkSpec, RemoteDesktopSpec } from '#base/scenario';
import type { Registries } from '#hypervisor/registries';
import { alarmsShape } from '#hypervisor/shapes/alarms';
import { storageShape } from '#hypervisor/shapes/disks';
import { GUIDE } from '#hypervisor/shapes/guide';
import { hostMemoryShape } from '#hypervisor/shapes/host-memory';
import { hostNicShape } from '#hypervisor/shapes/host-nics';
import { kindSchema } from '#hypervisor/shapes/kinds';
import { applianceShape, portShape, switchShape, trunkShape } from '#hypervisor/shapes/network';
import { parseShape, type Shape } from '#hypervisor/shapes/parse';
import { POLICY_SHAPE } from '#hypervisor/shapes/policies';
import { KEYED, listOf, NAME, printable, START_DATE, size, TYPED, whole } from '#hypervisor/shapes/values';
import { vmShape } from '#hypervisor/shapes/vm';
import { parseExtensions } from '#isa/extensions';
import type { CommandDocument, HostDocument, ScenarioDocument } from './defaults.ts';
import { readTyping, type TypedRun } from './typing.ts';

const when = {
  at: v.exactOptional(whole(LIMITS.commandAtNs)),
  host: v.exactOptional(whole({ least: 0, most: LIMITS.hosts - 1 })),
};

/** A key of a run of typing: time since the one before, and what it gave. */
const Key: Shape<[number, string]> = v.strictTuple([whole(LIMITS.commandAtNs), TYPED]);

/** What packed numbers are written with; how long they may be follows from the text that they are about. */
const PackedText: Shape<string> = v.string();

const Typed: Shape<TypedRun & { readonly vm: string }> = v.pipe(
  v.strictObject({
    vm: NAME,
    text: v.pipe(TYPED, v.minLength(1)),
    unitNs: whole({ least: 1, most: LIMITS.commandAtNs.most }),
    gaps: PackedText,
    lengths: v.exactOptional(PackedText),
  }),
  v.check((run) => readTyping(run) !== undefined, 'scenario.badKeys'),
);

/** `host`, `host/vm` or `host/switch:name`; `host/name` of a switch in documents of old. */
const NodePath = v.pipe(
  v.string(),
  v.maxLength(2 * NAME_LENGTH + '/switch:'.length),
  v.regex(/^[A-Za-z0-9-]+(?:\/(?:switch:)?[A-Za-z0-9-]+)?$/, 'scenario.badName'),
);
const Coordinate = v.pipe(v.number(), v.minValue(-LIMITS.position), v.maxValue(LIMITS.position));
const Layout = v.pipe(
  KEYED,
  v.check((layout) => Object.keys(layout).length <= LIMITS.layout, 'scenario.tooMany'),
  v.record(NodePath, v.strictObject({ x: Coordinate, y: Coordinate })),
);

/** `host/switch`. */
const LinkPath = v.pipe(
  v.string(),
  v.maxLength(2 * NAME_LENGTH + 1),
  v.regex(/^[A-Za-z0-9-]+\/[A-Za-z0-9-]+$/, 'scenario.badName'),
);
function linkShape(registries: Registries): Shape<LinkSpec> {
  return v.strictObject({
    a: LinkPath,
    b: LinkPath,
    delayNs: whole(LIMITS.linkDelayNs),
    bitsPerSecond: v.exactOptional(whole(LIMITS.linkBitsPerSecond)),
    portA: v.exactOptional(portShape(registries)),
    portB: v.exactOptional(portShape(registries)),
  });
}

const RemoteDesktop: Shape<RemoteDesktopSpec> = v.strictObject({
  role: v.picklist(REMOTE_DESKTOP_ROLES),
  vm: NAME,
  switch: NAME,
});

/** Extensions of the harts, by names and sets. */
const ISA: Shape<string> = v.pipe(
  v.string(),
  v.maxLength(256),
  v.check((text) => parseExtensions(text) !== undefined, 'scenario.badIsa'),
);

function hostShape(registries: Registries): Shape<HostDocument> {
  return v.strictObject({
    name: NAME,
    ramBytes: v.exactOptional(size(LIMITS.hostRamBytes, 65_536)),
    harts: v.exactOptional(whole({ least: 1, most: LIMITS.harts })),
    isa: v.exactOptional(ISA),
    switches: v.exactOptional(listOf(switchShape(registries), LIMITS.switchesPerHost)),
    trunks: v.exactOptional(listOf(trunkShape(registries), LIMITS.trunksPerHost)),
    appliances: v.exactOptional(listOf(applianceShape(registries), LIMITS.appliancesPerHost)),
    vms: v.exactOptional(listOf(vmShape(registries), LIMITS.vms)),
    timeSliceNs: v.exactOptional(whole(LIMITS.timeSliceNs)),
    scheduler: v.exactOptional(kindSchema(registries.schedulers)),
    memory: v.exactOptional(hostMemoryShape(registries)),
    remoteDesktops: v.exactOptional(listOf(RemoteDesktop, LIMITS.remoteDesktops)),
    storage: v.exactOptional(storageShape(registries)),
    policies: v.exactOptional(listOf(POLICY_SHAPE, LIMITS.policies)),
    alarms: v.exactOptional(alarmsShape(registries)),
    software: v.exactOptional(v.picklist(HOST_SOFTWARE)),
    nics: v.exactOptional(listOf(hostNicShape(registries), LIMITS.nicsPerVm)),
  });
}

/** Any command, or a run of typing in either way of writing it. */
function commandShape(registries: Registries): Shape<CommandDocument> {
  return v.variant('op', [
    ...registries.commands.map(({ op, shape }) =>
      v.strictObject({ ...when, op: v.literal(op), args: shape(registries) }),
    ),
    v.strictObject({
      ...when,
      op: v.literal('console.typing'),
      args: v.strictObject({ vm: NAME, keys: listOf(Key, LIMITS.keysInOneGo) }),
    }),
    v.strictObject({ ...when, op: v.literal('console.typed'), args: Typed }),
  ]) as Shape<unknown> as Shape<CommandDocument>;
}

function documentShape(
  host: Shape<HostDocument>,
  link: Shape<LinkSpec>,
  command: Shape<CommandDocument>,
): Shape<ScenarioDocument> {
  return v.strictObject({
    title: v.exactOptional(printable(LIMITS.titleLength)),
    seed: v.exactOptional(whole({ least: 0, most: 0xffff_ffff })),
    nsPerInstruction: v.exactOptional(whole(LIMITS.nsPerInstruction)),
    quantumInstructions: v.exactOptional(whole(LIMITS.quantumInstructions)),
    date: v.exactOptional(START_DATE),
    hosts: v.pipe(listOf(host, LIMITS.hosts), v.minLength(1)),
    links: v.exactOptional(listOf(link, LIMITS.links)),
    commands: v.exactOptional(listOf(command, LIMITS.commands)),
    moment: v.exactOptional(whole(LIMITS.commandAtNs)),
    layout: v.exactOptional(Layout),
    guide: v.exactOptional(GUIDE),
  });
}

interface Shapes {
  readonly document: Shape<ScenarioDocument>;
  readonly command: Shape<CommandDocument>;
}

/** What the registries make of the schema, made once for each. */
const shapes = new WeakMap<Registries, Shapes>();

function shapesOf(registries: Registries): Shapes {
  const known = shapes.get(registries);
  if (known !== undefined) return known;
  const command = commandShape(registries);
  const made = { command, document: documentShape(hostShape(registries), linkShape(registries), command) };
  shapes.set(registries, made);
  return made;
}

/** Checks the shape of a document (plain data) whose version has been taken off. */
export function parseDocument(value: unknown, registries: Registries): Result<ScenarioDocument> {
  return parseShape(shapesOf(registries).document, value);
}

/** Checks the shape of one command (plain data). */
export function parseCommand(value: unknown, registries: Registries): Result<CommandDocument> {
  return parseShape(shapesOf(registries).command, value);
}
