/**
 * What a command is: its name, what it takes, when it is allowed, and what it does. Everything else that speaks of commands
 * (the shape of scenarios and links, the log, menus and palette, the command line) is derived from such definitions.
 */
import type { VmState } from '#base/catalogue/vm-life-cycle';
import { type ErrorData, fail, ok, type Result } from '#base/result';
import type { CommandData, HostSpec, VmSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { DiskLayers } from '#machine/devices/disk/layers/layer';
import type { Adjustment } from '../adjustment/adjustment.ts';
import type { BareOwner } from '../bare/bare-owner.ts';
import type { Dispatcher } from '../cpu/dispatcher.ts';
import type { HostComparison } from '../io/comparison/host-comparison.ts';
import type { HostStorage } from '../io/media/storage.ts';
import type { MemoryManagement } from '../memory/management.ts';
import type { EventLog } from '../monitor/event-log.ts';
import type { HostNetwork } from '../network/host-network.ts';
import type { Registries } from '../registries.ts';
import { type Shape, shapeOf } from '../shapes/parse.ts';
import { NAME } from '../shapes/values.ts';
import type { HashBytes } from '../snapshot/file.ts';
import type { HostSettings } from '../snapshot/host-state.ts';
import type { VmSnapshots } from '../snapshot/vm-snapshots.ts';
import type { Vm } from '../vm/vm.ts';
import type { VmTable } from '../vm/vm-table.ts';

/** The host as a command sees it. */
export interface CommandedHost {
  /** As it was made, and commands have changed it since. */
  spec: HostSpec;
  settings: HostSettings;
  readonly vmTable: VmTable;
  readonly snapshots: VmSnapshots;
  readonly log: EventLog;
  readonly now: VirtualNs;
  readonly dispatcher: Dispatcher;
  readonly registries: Registries;
  readonly management: MemoryManagement;
  readonly storage: HostStorage;
  readonly comparison: HostComparison;
  readonly adjustment: Adjustment;
  readonly layers: DiskLayers;
  readonly network: HostNetwork;
  readonly bare: BareOwner | undefined;
  readonly hashBytes: HashBytes;
  /** A file of a person's own, if it is here. */
  file(name: string): Uint8Array | undefined;
}

/** What was before a command that sets something. */
export interface Before {
  /** The last that set the same, of the same VM. */
  readonly earlier: CommandData | undefined;
  /** The host as its scenario has it; absent: what the command is of was made since. */
  readonly host: HostSpec | undefined;
}

/** What takes back a command that sets something of a VM: the last that set the same, or what the scenario has. */
export function setAsBefore(
  vm: string,
  before: Before | undefined,
  asInScenario: (spec: VmSpec) => CommandData,
): CommandData | undefined {
  if (before?.earlier !== undefined) return before.earlier;
  const spec = before?.host?.vms.find(({ name }) => name === vm);
  return spec && asInScenario(spec);
}

/**
 * One command. `Args` is what it is given; `Document` is how scenarios and links write that, which may leave out what is as
 * usual.
 */
export interface CommandDefinition<
  Op extends string = string,
  Args extends object = object,
  Document extends object = Args,
> {
  /** Its name; its texts are `command.<op>` and `command.<op>.hint`. */
  readonly op: Op;
  /** `vm`: of a VM, whose name is `args.vm`. */
  readonly target: 'host' | 'vm';
  /** States of the VM in which it makes sense. */
  readonly from: readonly VmState[];
  /** Its place in menus, where a person can give it by pointing at a VM: it takes nothing but the name. */
  readonly menu?: number;
  /** Something is lost that nobody can bring back. */
  readonly loses: boolean;
  /** It loads the software of its VM, which must be there before. */
  readonly loads: boolean;
  /** It plugs cards in: the lab notes with it, as `heard`, which others they will hear over links, since the host cannot know. */
  readonly plugsIn: boolean;
  /** What documents may write. */
  shape(registries: Registries): Shape<Document>;
  /** What a document means on a host; keys in one order, since the log is compared as text. */
  fill(document: Document, host: HostSpec): Args;
  /** The shortest document of it. */
  short(args: Args, host: HostSpec, registries: Registries): object;
  /** Checks against the host's specification: what is wrong before anything has run. `where` is the place of `args`. */
  check(args: Args, host: HostSpec, where: string): Result<null>;
  /** The VM that there is afterwards; with its specification, where that says what software it needs. */
  creates(args: Args): { readonly name: string; readonly spec?: VmSpec } | undefined;
  /** The switch that the host has afterwards. */
  addsSwitch(args: Args): string | undefined;
  /** Files of a person's own that must be here before, by name. */
  files(args: Args): readonly string[];
  /** Layers that it lays disks on, by name. Some may lie outside: whoever has them gives them before, and what is missing the host says. */
  layers(args: Args): readonly string[];
  /** The command that takes it back, where there is one that does so by itself; of what sets something, what was set before. */
  undo(args: Args, before?: Before): CommandData | undefined;
  /** Carries it out at the present quantum boundary. */
  run(args: Args, host: CommandedHost): Result<null>;
}

/** The command that a definition defines, as data. */
export type CommandOf<Definition> =
  Definition extends CommandDefinition<infer Op, infer Args, infer _>
    ? { readonly op: Op; readonly args: Args }
    : never;

type Optional =
  | ('from' | 'menu' | 'loses' | 'loads' | 'plugsIn' | 'check')
  | ('creates' | 'addsSwitch' | 'files' | 'layers' | 'undo');

/** A command of the whole host. */
export function defineCommand<Op extends string, Args extends object, Document extends object = Args>(
  definition: Omit<CommandDefinition<Op, Args, Document>, Optional | 'target'> &
    Partial<
      Pick<
        CommandDefinition<Op, Args, Document>,
        'check' | 'creates' | 'addsSwitch' | 'files' | 'plugsIn' | 'undo'
      >
    >,
): CommandDefinition<Op, Args, Document> {
  return {
    ...{ target: 'host', from: [], loses: false, loads: false, plugsIn: false },
    check: () => ok(null),
    creates: () => undefined,
    addsSwitch: () => undefined,
    files: () => [],
    layers: () => [],
    undo: () => undefined,
    ...definition,
  };
}

/** The shape of each argument. */
type Shapes<Args> = { readonly [Key in keyof Args]-?: Shape<Args[Key]> };

/** What a command of one VM is defined by. */
export interface VmCommandOptions<Op extends string, More extends object> {
  readonly op: Op;
  readonly from: readonly VmState[];
  readonly loses?: boolean;
  readonly loads?: boolean;
  readonly plugsIn?: boolean;
  readonly menu?: number;
  /** What it takes besides the VM's name: the shape of each. */
  readonly more?: Shapes<More>;
  /** It happens too often for the log of events, or says by itself what came of it. */
  readonly isQuiet?: boolean;
  /** Files of a person's own that must be here before. */
  readonly files?: (args: { readonly vm: string } & More) => readonly string[];
  /** Layers that it lays disks on. */
  readonly layers?: (args: { readonly vm: string } & More) => readonly string[];
  /** The name of a VM that there is afterwards. */
  readonly creates?: (args: { readonly vm: string } & More) => { readonly name: string } | undefined;
  /** The command that takes it back. */
  readonly undo?: (args: { readonly vm: string } & More, before?: Before) => CommandData | undefined;
  /** What the event that says it was done tells besides. */
  readonly tells?: (args: { readonly vm: string } & More) => ErrorData;
  run(vm: Vm, args: { readonly vm: string } & More, host: CommandedHost): Result<null>;
}

/** A command of a VM: refused when the VM is not there or its state does not allow it; what came of it is an event. */
export function defineVmCommand<Op extends string, More extends object = object>({
  op,
  from,
  loses = false,
  loads = false,
  plugsIn = false,
  menu,
  more,
  isQuiet = false,
  creates = () => undefined,
  files = () => [],
  layers = () => [],
  undo,
  tells = () => ({}),
  run,
}: VmCommandOptions<Op, More>): CommandDefinition<Op, { readonly vm: string } & More> {
  type Args = { readonly vm: string } & More;
  return {
    ...{ op, target: 'vm', from, loses, loads, plugsIn, ...(menu === undefined ? {} : { menu }) },
    shape: () => shapeOf<Args>({ vm: NAME, ...more } as Shapes<Args>),
    fill: (args) => args,
    short: (args) => args,
    ...{ check: () => ok(null), creates, addsSwitch: () => undefined, files, layers },
    undo: (args, before) => undo?.(args, before),
    run(args, host) {
      const vm = host.vmTable.find(args.vm);
      if (vm === undefined) return fail('no-such-vm', { vm: args.vm });
      if (!from.includes(vm.state)) return fail('wrong-state', { state: vm.state, vm: vm.spec.name });
      const result = run(vm, args, host);
      if (isQuiet) return result;
      if (result.ok) host.vmTable.tell(vm, 'info', op.replace('.', '-'), tells(args));
      else host.vmTable.tell(vm, 'error', result.error.code, result.error.data);
      return result;
    },
  };
}
