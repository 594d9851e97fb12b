/** How much memory a person wants lent by a VM's guest: its balloon is given that target, and the guest fills it, or does not. */
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { fail, ok } from '#base/result';
import { size } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Target {
  /** 0: no more than policies want. */
  readonly bytes: number;
}

export const vmSetBalloon: CommandDefinition<'vm.setBalloon', { readonly vm: string } & Target> =
  defineVmCommand<'vm.setBalloon', Target>({
    op: 'vm.setBalloon',
    from: VM_STATES,
    more: { bytes: size({ least: 0, most: LIMITS.vmMemoryBytes.most }, PAGE_SIZE) },
    tells: ({ bytes }) => ({ bytes }),
    run(vm, { bytes }) {
      const { balloon } = vm.devices;
      const { name, memoryBytes } = vm.spec;
      if (balloon === undefined) return fail('vm.noBalloon', { vm: name });
      if (vm.devices.passed.length > 0) return fail('vm.passedPinned', { vm: name });
      if (bytes >= memoryBytes) return fail('vm.balloonSize', { vm: name, bytes, memoryBytes });
      balloon.claim('hand', bytes / PAGE_SIZE);
      return ok(null);
    },
  });
