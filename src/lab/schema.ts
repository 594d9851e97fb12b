/**
 * The shape of a scenario document, version 1: every key, type and limit; what is not named here is refused. How the parts
 * refer to each other is checked in `references.ts`. Errors say what is wrong and where, with hostile text made harmless.
 */
import * as v from 'valibot';
import { LIMITS, type Range } from '#base/catalogue/limits';
import { NAME_LENGTH, NAME_PATTERN } from '#base/catalogue/names';
import { fail, type LabError, ok, type Result } from '#base/result';
import type { DiskSpec, ImageSpec, SwitchSpec } from '#base/scenario';
import type { Registries } from '#hypervisor/registries';
import type { CommandDocument, HostDocument, NicDocument, ScenarioDocument, VmDocument } from './defaults.ts';
import { kindSchema } from './kinds.ts';
import { isPlainObject, shown } from './plain-data.ts';

/** A whole number. */
function whole({ least, most }: Range): v.GenericSchema<unknown, number> {
  return v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
}

/** A size in units of a power of two. */
function size({ least, most }: Range, unit: number): v.GenericSchema<unknown, number> {
  return v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most), v.multipleOf(unit));
}

function listOf<T>(item: v.GenericSchema<unknown, T>, most: number): v.GenericSchema<unknown, T[]> {
  // The length first: a long list is refused before its items are looked at.
  return v.pipe(v.array(v.unknown()), v.maxLength(most), v.array(item));
}

/** Names of hosts, VMs and switches go into command lines and host names of guests. */
const Name = v.pipe(v.string(), v.maxLength(NAME_LENGTH), v.regex(NAME_PATTERN, 'scenario.badName'));

/** No control characters, no line ends, nothing that turns the direction of text. A joiner makes one sign of several. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?!\u200d)\p{Cf}/u;

const Title = v.pipe(
  v.string(),
  v.maxLength(LIMITS.titleLength),
  v.check((text) => !UNPRINTABLE.test(text), 'scenario.badText'),
);

const FileName = v.pipe(
  v.string(),
  v.maxLength(LIMITS.fileNameLength),
  v.check(
    (text) => text !== '' && !/^\.|[/\\:]/.test(text) && !UNPRINTABLE.test(text),
    'scenario.badFileName',
  ),
);

/** Kernels take ASCII. */
const Append = v.pipe(
  v.string(),
  v.maxLength(LIMITS.appendLength),
  v.regex(/^[\x20-\x7e]*$/, 'scenario.badText'),
);

/** Typed bytes as code points; control characters are what typing is about. */
const Typed = v.pipe(
  v.string(),
  v.maxLength(LIMITS.typedLength),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of bytes, from its first.
  v.regex(/^[\x00-\xff]*$/, 'scenario.badTyping'),
);

const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const Address = v.pipe(
  v.string(),
  v.maxLength(18),
  v.regex(new RegExp(`^${OCTET}(?:\\.${OCTET}){3}/(?:3[0-2]|[12]?\\d)$`), 'scenario.badAddress'),
);

/** Of one station: a group's address has bit 0 of its first byte set. */
const Mac = v.pipe(
  v.string(),
  v.maxLength(17),
  v.regex(/^[0-9a-f][02468ace](?::[0-9a-f]{2}){5}$/, 'scenario.badMac'),
);

const Image: v.GenericSchema<unknown, ImageSpec> = v.lazy((input) =>
  typeof input === 'string'
    ? v.pipe(
        Name,
        v.transform((name) => ({ kind: 'builtin' as const, name })),
      )
    : v.variant('kind', [
        v.strictObject({ kind: v.literal('builtin'), name: Name }),
        v.strictObject({ kind: v.literal('file'), name: FileName }),
      ]),
);

const Disk: v.GenericSchema<unknown, DiskSpec> = v.strictObject({ sizeBytes: size(LIMITS.diskBytes, 512) });
const Switch: v.GenericSchema<unknown, SwitchSpec> = v.strictObject({ name: Name });

/** A list is an object too; where all keys may be absent it must be refused by itself. */
const Keyed = v.custom<Record<string, unknown>>(isPlainObject);

const Nic: v.GenericSchema<unknown, NicDocument> = v.pipe(
  Keyed,
  v.strictObject({
    switch: v.exactOptional(Name),
    mac: v.exactOptional(Mac),
    address: v.exactOptional(Address),
  }),
);

const when = {
  at: v.exactOptional(whole(LIMITS.commandAtNs)),
  host: v.exactOptional(whole({ least: 0, most: LIMITS.hosts - 1 })),
};

/** A key of a run of typing: time since the one before, and what it gave. */
const Key: v.GenericSchema<unknown, [number, string]> = v.strictTuple([whole(LIMITS.commandAtNs), Typed]);

/** `host`, `host/vm` or `host/switch`. */
const NodePath = v.pipe(
  v.string(),
  v.maxLength(2 * NAME_LENGTH + 1),
  v.regex(/^[A-Za-z0-9-]+(?:\/[A-Za-z0-9-]+)?$/, 'scenario.badName'),
);
const Coordinate = v.pipe(v.number(), v.minValue(-LIMITS.position), v.maxValue(LIMITS.position));
const Layout = v.pipe(
  Keyed,
  v.check((layout) => Object.keys(layout).length <= LIMITS.layout, 'scenario.tooMany'),
  v.record(NodePath, v.strictObject({ x: Coordinate, y: Coordinate })),
);

function vmSchema(): v.GenericSchema<unknown, VmDocument> {
  return v.strictObject({
    name: Name,
    image: v.exactOptional(Image),
    initrd: v.exactOptional(Image),
    memoryBytes: v.exactOptional(size(LIMITS.vmMemoryBytes, 4096)),
    vcpus: v.exactOptional(whole({ least: 1, most: LIMITS.vcpus })),
    allocation: v.exactOptional(v.picklist(['fixed', 'on-demand'])),
    append: v.exactOptional(Append),
    disks: v.exactOptional(listOf(Disk, LIMITS.disksPerVm)),
    nics: v.exactOptional(listOf(Nic, LIMITS.nicsPerVm)),
    autostart: v.exactOptional(v.boolean()),
  });
}

function hostSchema(
  registries: Registries,
  Vm: v.GenericSchema<unknown, VmDocument>,
): v.GenericSchema<unknown, HostDocument> {
  return v.strictObject({
    name: Name,
    ramBytes: v.exactOptional(size(LIMITS.hostRamBytes, 65_536)),
    harts: v.exactOptional(whole({ least: 1, most: LIMITS.harts })),
    switches: v.exactOptional(listOf(Switch, LIMITS.switchesPerHost)),
    vms: v.exactOptional(listOf(Vm, LIMITS.vms)),
    timeSliceNs: v.exactOptional(whole(LIMITS.timeSliceNs)),
    scheduler: v.exactOptional(kindSchema(registries.schedulers)),
  });
}

function commandSchema(Vm: v.GenericSchema<unknown, VmDocument>): v.GenericSchema<unknown, CommandDocument> {
  return v.variant('op', [
    v.strictObject({ ...when, op: v.literal('vm.create'), args: v.strictObject({ vm: Vm }) }),
    v.strictObject({
      ...when,
      op: v.literal('console.input'),
      args: v.strictObject({ vm: Name, text: Typed }),
    }),
    v.strictObject({
      ...when,
      op: v.literal('console.typing'),
      args: v.strictObject({ vm: Name, keys: listOf(Key, LIMITS.keysInOneGo) }),
    }),
    v.strictObject({
      ...when,
      op: v.picklist([
        'vm.start',
        'vm.pause',
        'vm.resume',
        'vm.reset',
        'vm.shutDown',
        'vm.powerOff',
        'vm.delete',
      ]),
      args: v.strictObject({ vm: Name }),
    }),
  ]);
}

function documentSchema(
  Host: v.GenericSchema<unknown, HostDocument>,
  Command: v.GenericSchema<unknown, CommandDocument>,
): v.GenericSchema<unknown, ScenarioDocument> {
  return v.strictObject({
    title: v.exactOptional(Title),
    seed: v.exactOptional(whole({ least: 0, most: 0xffff_ffff })),
    nsPerInstruction: v.exactOptional(whole(LIMITS.nsPerInstruction)),
    quantumInstructions: v.exactOptional(whole(LIMITS.quantumInstructions)),
    hosts: v.pipe(listOf(Host, LIMITS.hosts), v.minLength(1)),
    commands: v.exactOptional(listOf(Command, LIMITS.commands)),
    layout: v.exactOptional(Layout),
  });
}

interface Schemas {
  readonly document: v.GenericSchema<unknown, ScenarioDocument>;
  readonly command: v.GenericSchema<unknown, CommandDocument>;
}

/** What the registries make of the schema, made once for each. */
const schemas = new WeakMap<Registries, Schemas>();

function schemasOf(registries: Registries): Schemas {
  const known = schemas.get(registries);
  if (known !== undefined) return known;
  const vm = vmSchema();
  const command = commandSchema(vm);
  const made = { command, document: documentSchema(hostSchema(registries, vm), command) };
  schemas.set(registries, made);
  return made;
}

/** Checks the shape of a document (plain data) whose version has been taken off. */
export function parseDocument(value: unknown, registries: Registries): Result<ScenarioDocument> {
  return parse(schemasOf(registries).document, value);
}

/** Checks the shape of one command (plain data). */
export function parseCommand(value: unknown, registries: Registries): Result<CommandDocument> {
  return parse(schemasOf(registries).command, value);
}

function parse<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Result<T> {
  const parsed = v.safeParse(schema, value, { abortEarly: true, abortPipeEarly: true });
  return parsed.success ? ok(parsed.output) : { ok: false, error: errorOf(parsed.issues[0]) };
}

/** The named error of what the schema found first. */
function errorOf(issue: v.BaseIssue<unknown>): LabError {
  const where = pathOf(issue);
  const found = describeValue(issue.input);
  const problem = (code: string, data: Record<string, string | number> = {}): LabError =>
    fail(code, { ...data, found }, where).error;
  const limit = typeof issue.requirement === 'number' ? issue.requirement : 0;
  switch (issue.type) {
    case 'strict_object':
      if (issue.expected === 'never') return problem('scenario.unknownKey');
      if (issue.input === undefined) return problem('scenario.missing');
      return problem('scenario.type', { expected: 'object' });
    case 'min_value':
      return problem('scenario.tooSmall', { limit });
    case 'max_value':
      return problem('scenario.tooLarge', { limit });
    case 'integer':
      return problem('scenario.notWhole');
    case 'multiple_of':
      return problem('scenario.notMultiple', { of: limit });
    case 'min_length':
      return problem('scenario.empty');
    case 'max_length':
      return problem(typeof issue.input === 'string' ? 'scenario.tooLong' : 'scenario.tooMany', { limit });
    case 'check':
    case 'regex':
      return problem(issue.message);
    case 'variant':
    case 'picklist':
    case 'literal':
      return problem('scenario.choice', { expected: issue.expected ?? '' });
    default:
      return problem('scenario.type', { expected: issue.expected ?? issue.type });
  }
}

/** `hosts[0].vms[2].name`. */
function pathOf(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) =>
    typeof key === 'number' ? `[${key}]` : `.${String(key)}`,
  );
  return shown(path.join('').replace(/^\./, ''), 160);
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return shown(JSON.stringify(value));
  if (Array.isArray(value)) return `list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'object' : String(value);
}
