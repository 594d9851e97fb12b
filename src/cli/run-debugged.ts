/** `virtlab run --gdb PORT`: gdb drives a lab from its begin, or from the moment of its link, until it lets it go. */
import { fail, ok, type Result } from '#base/result';
import { wholeImage } from '#lab/checkpoints/whole-image';
import type { Lab } from '#lab/lab';
import { LabTarget } from './gdb/lab-target.ts';
import { type DebugEnd, debug } from './gdb/server.ts';
import { say } from './messages.ts';
import { doorOf, hostNamed } from './open-lab.ts';

export interface DebugWish {
  readonly port: number;
  /** The first host, and its first VM, unless given. */
  readonly host: string | undefined;
  readonly vm: string | undefined;
  readonly print: (text: string) => void;
}

/** A lab that gdb has let go, or ended; whoever gets it closes it. */
export interface Debugged {
  readonly lab: Lab;
  readonly end: DebugEnd;
}

export async function debugLab(
  source: string,
  { port, host, vm, print }: DebugWish,
): Promise<Result<Debugged>> {
  const door = await doorOf(source, { print });
  if (!door.ok) return door;
  const opened = await door.value.open();
  if (!opened.ok) return opened;
  const lab = opened.value;
  const target = await targetIn(lab, host, vm, (image) => door.value.open(image));
  if (!target.ok) {
    lab.close();
    return target;
  }
  const waits = (at: number): void => print(`virtlab: ${say('waitsForGdb', { port: at })}\n`);
  const end = await debug(target.value, { port, waits });
  if (!end.ok) {
    target.value.lab.close();
    return end;
  }
  return ok({ lab: target.value.lab, end: end.value });
}

async function targetIn(
  lab: Lab,
  hostName: string | undefined,
  vmName: string | undefined,
  open: (image: ReturnType<typeof wholeImage>) => Promise<Result<Lab>>,
): Promise<Result<LabTarget>> {
  const host = hostNamed(lab, hostName);
  if (!host.ok) return host;
  if (lab.now === 0 && lab.scenario.moment !== undefined) await lab.advance(lab.scenario.moment);
  const vms = await lab.answer(host.value, 'vms', {});
  if (!vms.ok) return vms;
  const found =
    vmName === undefined ? vms.value.value[0] : vms.value.value.find(({ spec }) => spec.name === vmName);
  if (found === undefined) return fail('no-such-vm', { vm: vmName ?? '' });
  const checkpoint = await lab.checkpoint([]);
  if (checkpoint === undefined) return fail('no-such-vm', { vm: found.spec.name });
  const image = wholeImage(checkpoint);
  const { name, vcpus } = found.spec;
  return ok(new LabTarget(lab, { host: host.value, vm: name, vcpus, again: () => open(image) }));
}
