/** Every virtio device as a row, for tests of what holds for all of them. */

import { MemoryDisk } from '../disk/memory-disk.ts';
import { openOwnDrive } from '../disk/own-drive.ts';
import { VirtioAgentPort } from './agent-port/device.ts';
import { VirtioBalloon } from './balloon/device.ts';
import { VirtioBlock } from './block/device.ts';
import { VirtioConsole } from './console/device.ts';
import { VirtioGpu } from './gpu/device.ts';
import { VirtioInput } from './input/device.ts';
import { VirtioNet } from './net/device.ts';
import { VirtioRng } from './rng/device.ts';
import type { TestHost } from './test-host.ts';
import type { VirtioDevice } from './virtio-device.ts';

export interface SampleDevice {
  readonly kind: string;
  /** A device, and what happens to it from outside. */
  readonly make: (host: TestHost) => { device: VirtioDevice; poke: () => void };
  /** A request that a healthy one answers by itself, and its queue. */
  readonly queue: number;
  readonly buffers: readonly { readonly length: number; readonly writable: boolean }[];
}

export const SAMPLE_DEVICES: readonly SampleDevice[] = [
  {
    kind: 'console',
    make: ({ events, now }) => {
      const device = new VirtioConsole({ channel: 'c', events, now, output: () => {} });
      return { device, poke: () => void device.input(new Uint8Array(10)) };
    },
    queue: 1,
    buffers: [{ length: 5, writable: false }],
  },
  {
    kind: 'block',
    make: ({ events, now }) => {
      const disk = new MemoryDisk(1 << 18);
      const device = new VirtioBlock({
        channel: 'c',
        events,
        now,
        disk,
        openDrive: openOwnDrive,
        serial: '',
      });
      return { device, poke: () => {} };
    },
    queue: 0,
    buffers: [
      { length: 16, writable: false },
      { length: 513, writable: true },
    ],
  },
  {
    kind: 'net',
    make: ({ events, now }) => {
      const device = new VirtioNet({
        ...{ mac: new Uint8Array(6), transmit: () => {}, channel: 'net' },
        ...{ events, now },
      });
      return { device, poke: () => device.receive(new Uint8Array(60)) };
    },
    queue: 1,
    buffers: [{ length: 72, writable: false }],
  },
  {
    kind: 'rng',
    make: () => ({ device: new VirtioRng({ seed: 1 }), poke: () => {} }),
    queue: 0,
    buffers: [{ length: 8, writable: true }],
  },
  {
    kind: 'balloon',
    make: ({ events, now, pages }) => {
      const device = new VirtioBalloon({
        ...{ channel: 'c', events, now, pages },
        ...{ isRunning: () => true, tell: () => {} },
        ...{ reporting: true, deflateOnOom: false, statisticsPeriodNs: 1_000_000 },
      });
      return { device, poke: () => device.claim('hand', (device.claimed('hand') + 7) % 300) };
    },
    queue: 0,
    buffers: [{ length: 64, writable: false }],
  },
  {
    kind: 'gpu',
    make: ({ events, now }) => ({
      device: new VirtioGpu({ channel: 'c', events, now, width: 64, height: 48 }),
      poke: () => {},
    }),
    queue: 0,
    buffers: [
      { length: 24, writable: false },
      { length: 24, writable: true },
    ],
  },
  {
    kind: 'input',
    make: () => {
      const device = new VirtioInput({ role: 'keyboard', serial: '' });
      let code = 0;
      const poke = (): void => {
        code = (code % 100) + 1;
        device.gesture({ kind: 'key', code, down: true });
      };
      return { device, poke };
    },
    queue: 1,
    buffers: [{ length: 8, writable: false }],
  },
  {
    kind: 'agent',
    make: ({ events, now }) => {
      const device = new VirtioAgentPort({ channel: 'c', events, now });
      return { device, poke: () => void device.bytePort.send(new Uint8Array(10)) };
    },
    queue: 1,
    buffers: [{ length: 5, writable: false }],
  },
  {
    kind: 'ports',
    make: ({ events, now }) => {
      const device = new VirtioAgentPort({ channel: 'c', events, now, terminal: () => {} });
      return { device, poke: () => void device.input?.(new Uint8Array(10)) };
    },
    queue: 5,
    buffers: [{ length: 5, writable: false }],
  },
];
