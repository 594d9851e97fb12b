/**
 * What a question is: its name, what it takes, and how a host answers it. It lives in the room that knows the answer; page,
 * command line and whoever else asks reach it by its name, and get its answer's type from it.
 */
import * as v from 'valibot';
import type { LaterPart } from '#base/later';
import { fail, type Result } from '#base/result';
import type { Language } from '#base/texts/languages';
import type { Host } from '../host.ts';
import { type Shape, shapeOf } from '../shapes/parse.ts';
import { NAME, whole } from '../shapes/values.ts';
import type { Vcpu } from '../vcpu/vcpu.ts';
import type { Vm } from '../vm/vm.ts';

/** The shape of each argument; one that may be left out is `v.exactOptional`. */
export type ArgumentShapes<Args> = { readonly [Key in keyof Args]-?: Shape<Args[Key]> };

/** One question. To ask changes nothing. */
export interface Question<Id extends string = string, Args extends object = object, Answer = unknown> {
  readonly id: Id;
  /** What it answers, for the help of the command line. */
  readonly text: Readonly<Record<Language, string>>;
  readonly arguments: ArgumentShapes<Args>;
  readonly shape: Shape<Args>;
  /** Code that comes later without which it has no answer: it must be here when it is asked. */
  readonly parts?: readonly LaterPart[];
  ask(args: Args, host: Host): Result<Answer>;
}

type Definition<Id extends string, Args extends object, Answer> = Omit<Question<Id, Args, Answer>, 'shape'>;

/** A question about a host. */
export function defineQuestion<Id extends string, Args extends object, Answer>(
  definition: Definition<Id, Args, Answer>,
): Question<Id, Args, Answer> {
  return { ...definition, shape: shapeOf<Args>(definition.arguments) };
}

/** Which VM is meant. */
export interface OfVm {
  readonly vm: string;
}
/** Which vCPU is meant: the first unless said. */
export interface OfVcpu extends OfVm {
  readonly vcpu?: number;
}

const OF_VM: ArgumentShapes<OfVm> = { vm: NAME };
const OF_VCPU: ArgumentShapes<OfVcpu> = {
  ...OF_VM,
  vcpu: v.exactOptional(whole({ least: 0, most: Number.MAX_SAFE_INTEGER })),
};

interface VmDefinition<Id extends string, More extends object, Answer> {
  readonly id: Id;
  readonly text: Question['text'];
  /** The shape of each argument besides the VM's name. */
  readonly more?: ArgumentShapes<More>;
  ask(vm: Vm, args: OfVm & More, host: Host): Result<Answer>;
}

/** A question about a VM. */
export function defineVmQuestion<Id extends string, Answer, More extends object = object>({
  id,
  text,
  more,
  ask,
}: VmDefinition<Id, More, Answer>): Question<Id, OfVm & More, Answer> {
  return defineQuestion<Id, OfVm & More, Answer>({
    ...{ id, text, arguments: { ...OF_VM, ...more } as ArgumentShapes<OfVm & More> },
    ask(args, host) {
      const vm = host.vm(args.vm);
      return vm === undefined ? fail('no-such-vm', { vm: args.vm }) : ask(vm, args, host);
    },
  });
}

interface VcpuDefinition<Id extends string, More extends object, Answer> {
  readonly id: Id;
  readonly text: Question['text'];
  /** The shape of each argument besides VM and vCPU. */
  readonly more?: ArgumentShapes<More>;
  ask(vm: Vm, vcpu: Vcpu, args: OfVcpu & More, host: Host): Result<Answer>;
}

/** A question about a vCPU. */
export function defineVcpuQuestion<Id extends string, Answer, More extends object = object>({
  id,
  text,
  more,
  ask,
}: VcpuDefinition<Id, More, Answer>): Question<Id, OfVcpu & More, Answer> {
  return defineQuestion<Id, OfVcpu & More, Answer>({
    ...{ id, text, arguments: { ...OF_VCPU, ...more } as ArgumentShapes<OfVcpu & More> },
    ask(args, host) {
      const vm = host.vm(args.vm);
      if (vm === undefined) return fail('no-such-vm', { vm: args.vm });
      const { vcpu: index = 0 } = args;
      const vcpu = vm.vcpus[index];
      return vcpu === undefined ? fail('no-such-vcpu', { vcpu: index }) : ask(vm, vcpu, args, host);
    },
  });
}

/** An answer of the running machine, and the virtual time of its host at which it was true. */
export interface Timed<T> {
  readonly at: number;
  readonly value: T;
}
