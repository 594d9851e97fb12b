/**
 * What a person does with the keyboard, the pointer and the fingers of a VM's desktop (virtio 1.2, §5.8): in one go, in this order.
 * Logged as any command is, so that a run that is repeated is given the same at the same times.
 */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok } from '#base/result';
import type { Gesture } from '#machine/devices/virtio/input/gestures';
import { CONTACTS, FIRST_KEY, LAST_KEY, MOST_POSITION } from '#machine/devices/virtio/input/registers';
import type { Shape } from '../shapes/parse.ts';
import { listOf, whole } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

export interface Gestures {
  readonly gestures: readonly Gesture[];
}

const PLACE = whole({ least: 0, most: MOST_POSITION });

const GESTURE: Shape<Gesture> = v.variant('kind', [
  v.strictObject({
    kind: v.literal('key'),
    code: whole({ least: FIRST_KEY, most: LAST_KEY }),
    down: v.boolean(),
  }),
  v.strictObject({
    kind: v.literal('pointer'),
    x: PLACE,
    y: PLACE,
    buttons: whole({ least: 0, most: 7 }),
    wheel: v.exactOptional(whole({ least: -16, most: 16 })),
  }),
  v.strictObject({
    kind: v.literal('touch'),
    contact: whole({ least: 0, most: CONTACTS - 1 }),
    x: v.exactOptional(PLACE),
    y: v.exactOptional(PLACE),
  }),
]);

export const GESTURES: Shape<readonly Gesture[]> = listOf(GESTURE, LIMITS.gesturesInOneGo);

export const desktopInput: CommandDefinition<'desktop.input', { readonly vm: string } & Gestures> =
  defineVmCommand<'desktop.input', Gestures>({
    op: 'desktop.input',
    from: ['running', 'paused'],
    more: { gestures: GESTURES },
    isQuiet: true,
    run(vm, { gestures }) {
      for (const [accepted, gesture] of gestures.entries()) {
        const came = vm.devices.gesture(gesture);
        if (came === 'none') return fail('desktop.noDevice', { vm: vm.spec.name, device: gesture.kind });
        if (came === 'full') return fail('desktop.full', { accepted, gestures: gestures.length });
      }
      return ok(null);
    },
  });
