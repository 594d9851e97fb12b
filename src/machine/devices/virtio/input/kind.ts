/** Input devices in the table of devices: those of a VM's `desktop`. */
import * as v from 'valibot';
import { type DeviceKind, defineDevice } from '../device-kind.ts';
import { VirtioInput } from './device.ts';
import { INPUT_ROLES } from './roles.ts';
import { INPUT } from './state.ts';

export const INPUT_KIND: DeviceKind = defineDevice({
  id: 'input',
  settings: { role: v.picklist(INPUT_ROLES) },
  state: INPUT,
  wanted: ({ desktop }) => {
    if (desktop === undefined) return [];
    const roles = INPUT_ROLES.filter((role) => role !== 'touch' || desktop.touch === true);
    return roles.map((role) => ({ role }));
  },
  create: ({ role }, { serial }) => new VirtioInput({ role, serial }),
});
