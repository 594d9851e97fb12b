/**
 * What a person does at a viewer of a VM's screen that is elsewhere: it goes over the network to who serves that screen. Logged as any
 * command is; what becomes of it is the network's affair, and the VM's.
 */
import * as v from 'valibot';
import { fail, ok } from '#base/result';
import { NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';
import { GESTURES, type Gestures } from './desktop-input.ts';

type Args = { readonly vm: string } & Gestures;

export const desktopRemoteInput: CommandDefinition<'desktop.remoteInput', Args> = defineCommand({
  op: 'desktop.remoteInput',
  shape: () => v.strictObject({ vm: NAME, gestures: GESTURES }),
  fill: ({ vm, gestures }: Args): Args => ({ vm, gestures }),
  short: ({ vm, gestures }) => ({ vm, gestures }),
  run({ vm, gestures }, { network }) {
    const viewer = network.remoteDesktops?.viewerOf(vm);
    if (viewer === undefined) return fail('desktop.noViewer', { vm });
    if (!viewer.hasServer) return fail('desktop.noServer', { vm });
    const accepted = viewer.give(gestures);
    if (accepted < gestures.length) return fail('desktop.full', { accepted, gestures: gestures.length });
    return ok(null);
  },
});
