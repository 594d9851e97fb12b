/** Input devices in the table of devices: those of a VM's `desktop`. */
import * as v from 'valibot';
import { Later } from '#base/later';
import { type DeviceKind, defineDevice } from '../device-kind.ts';
import { INPUT_ROLES } from './roles.ts';
import { INPUT } from './state.ts';

const CODE = new Later(() => import('./device.ts'));

export const INPUT_KIND: DeviceKind = defineDevice({
  id: 'input',
  settings: { role: v.picklist(INPUT_ROLES) },
  state: INPUT,
  later: { code: CODE, words: ['desktop'] },
  wanted: ({ desktop }) => {
    if (desktop === undefined) return [];
    const roles = INPUT_ROLES.filter((role) => role !== 'touch' || desktop.touch === true);
    return roles.map((role) => ({ role }));
  },
  create: ({ role }, { serial }) => new CODE.here.VirtioInput({ role, serial }),
});
