/**
 * Takes memory away from a VM while it runs, or adds what was taken. It boots with the most that it can have; what it may not use
 * stays in its balloon, apart from what else is wanted of it.
 */
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { fail, ok } from '#base/result';
import { size } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Usable {
  readonly bytes: number;
}

export const vmSetMemory: CommandDefinition<'vm.setMemory', { readonly vm: string } & Usable> =
  defineVmCommand<'vm.setMemory', Usable>({
    op: 'vm.setMemory',
    from: VM_STATES,
    more: { bytes: size(LIMITS.vmMemoryBytes, PAGE_SIZE) },
    tells: ({ bytes }) => ({ bytes }),
    run(vm, { bytes }) {
      const { balloon } = vm.devices;
      const { name, memoryBytes } = vm.spec;
      if (balloon === undefined) return fail('vm.noBalloon', { vm: name });
      if (vm.devices.passed.length > 0) return fail('vm.passedPinned', { vm: name });
      if (bytes > memoryBytes) return fail('vm.memoryBeyondBoot', { vm: name, bytes, memoryBytes });
      balloon.claim('removal', (memoryBytes - bytes) / PAGE_SIZE);
      return ok(null);
    },
  });
