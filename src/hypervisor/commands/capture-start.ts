/** Frames that pass a port, a VM's cards, a switch or all switches of a host are kept from now on, in a ring: `capture` asks for them. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { USUAL_CAPTURE } from '#base/catalogue/usual';
import { fail } from '#base/result';
import type { CaptureSettings } from '../network/capture/capture-ring.ts';
import { NAME, SHORT_TEXT, whole } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

type Document = Omit<CaptureSettings, 'bytes' | 'snap'> & Partial<Pick<CaptureSettings, 'bytes' | 'snap'>>;

export const captureStart: CommandDefinition<'capture.start', CaptureSettings, Document> = defineCommand({
  op: 'capture.start',
  shape: () =>
    v.strictObject({
      name: NAME,
      switch: v.exactOptional(NAME),
      vm: v.exactOptional(NAME),
      port: v.exactOptional(SHORT_TEXT),
      bytes: v.exactOptional(whole(LIMITS.captureBytes)),
      snap: v.exactOptional(whole(LIMITS.captureSnapBytes)),
    }),
  fill: ({ name, switch: at, vm, port, bytes, snap }: Document): CaptureSettings => ({
    name,
    ...(at === undefined ? {} : { switch: at }),
    ...(vm === undefined ? {} : { vm }),
    ...(port === undefined ? {} : { port }),
    ...{ bytes: bytes ?? USUAL_CAPTURE.bytes, snap: snap ?? USUAL_CAPTURE.snap },
  }),
  short: ({ bytes, snap, ...args }) => ({
    ...args,
    ...(bytes === USUAL_CAPTURE.bytes ? {} : { bytes }),
    ...(snap === USUAL_CAPTURE.snap ? {} : { snap }),
  }),
  undo: ({ name }) => ({ op: 'capture.stop', args: { name } }),
  run(settings, { network, vmTable }) {
    const { switch: at, vm } = settings;
    if (at !== undefined && !network.switches.has(at)) return fail('capture.noSwitch', { switch: at });
    if (vm !== undefined && vmTable.find(vm) === undefined) return fail('no-such-vm', { vm });
    return network.captures.start(settings);
  },
});
