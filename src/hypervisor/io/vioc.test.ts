import { expect, test } from 'vitest';
import { StateReader, StateWriter } from '#base/state-codec';
import { PLATFORM, VIRTIO_SLOTS, virtioWindow } from '#machine/devices/platform';
import { MockGuestMemory } from '../memory/guest-memory.mock.ts';
import { TERMINAL_OUTPUT_LIMIT } from './terminal.ts';
import { Vioc } from './vioc.ts';
import { TestHost } from './virtio/test-host.ts';

function newVioc() {
  const host = new TestHost();
  const told: string[] = [];
  const vioc = new Vioc({
    vm: 'a',
    vcpus: 2,
    memory: new MockGuestMemory(1 << 16),
    events: host.events,
    now: host.now,
    onInterrupt: (vcpu, pending) => told.push(`${vcpu}:${pending}`),
  });
  vioc.addDisk({ sizeBytes: 1 << 20 });
  vioc.addCard({ mac: Uint8Array.of(2, 0, 0, 0, 0, 1), transmit: () => {} });
  return {
    vioc,
    told,
    saved: () => {
      const w = new StateWriter();
      vioc.save(w);
      return w.finish().slice();
    },
  };
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test('devices answer at their slots, empty slots with device 0', () => {
  const { vioc } = newVioc();
  const ids = Array.from({ length: VIRTIO_SLOTS }, (_, i) => vioc.bus.read(virtioWindow(i).base + 8, 4));
  expect(ids).toEqual([3, 2, 1, 0, 0, 0, 0, 0]);
});

test('when no slot is free, a device is refused', () => {
  const { vioc } = newVioc();
  for (let i = 3; i < VIRTIO_SLOTS; i++) expect(vioc.addRng(i)).toBeDefined();
  expect(vioc.addRng(9)).toBeUndefined();
  expect(vioc.addDisk({ sizeBytes: 512 })).toBeUndefined();
});

test('an interrupt of the serial port reaches the vCPU that enabled it', () => {
  const { vioc, told } = newVioc();
  vioc.bus.write(PLATFORM.plic.base + 4 * PLATFORM.uart.irq, 4, 1);
  vioc.bus.write(PLATFORM.plic.base + 0x2080, 4, 1 << PLATFORM.uart.irq);
  vioc.bus.write(PLATFORM.uart.base + 1, 1, 1);
  vioc.uart.input(Uint8Array.of(65));
  expect(told).toEqual(['1:true']);
});

test('typed bytes go to the interface that wrote last', () => {
  const { vioc } = newVioc();
  expect(vioc.terminal.input(Buffer.from('a'))).toBe(1);
  const target = new Uint8Array(4);
  expect([vioc.terminal.readSbi(target), target[0]]).toEqual([1, 97]);
  vioc.bus.write(PLATFORM.uart.base, 1, 0x24);
  vioc.terminal.input(Buffer.from('b'));
  expect(vioc.bus.read(PLATFORM.uart.base, 1)).toBe(98);
  vioc.terminal.write('sbi', Buffer.from('ok'));
  vioc.terminal.input(Buffer.from('c'));
  expect(vioc.terminal.readSbi(target)).toBe(1);
  expect(text(vioc.terminal.output.takeAll())).toBe('$ok');
});

test('output that nobody collects is bounded; the newest stays', () => {
  const { vioc } = newVioc();
  const part = new Uint8Array(64 * 1024).fill(1);
  for (let i = 0; i < 100; i++) vioc.terminal.write('sbi', part);
  vioc.terminal.write('sbi', Buffer.from('end'));
  const { output } = vioc.terminal;
  expect([output.length, output.lost]).toEqual([
    TERMINAL_OUTPUT_LIMIT,
    100 * part.length + 3 - TERMINAL_OUTPUT_LIMIT,
  ]);
  expect(text(output.takeAll().subarray(-3))).toBe('end');
});

test('a reset brings registers back, not the content of disks', () => {
  const { vioc, told } = newVioc();
  vioc.bus.write(PLATFORM.plic.base + 4 * PLATFORM.uart.irq, 4, 1);
  vioc.bus.write(PLATFORM.plic.base + 0x2000, 4, 1 << PLATFORM.uart.irq);
  vioc.bus.write(PLATFORM.uart.base + 1, 1, 3);
  expect(told).toEqual(['0:true']);
  vioc.reset();
  expect(told).toEqual(['0:true', '0:false']);
  expect(vioc.bus.read(PLATFORM.plic.base + 0x1000, 4)).toBe(0);
});

test('state round-trips; every device changes it; other devices are refused', () => {
  const changes: ((v: Vioc) => void)[] = [
    () => {},
    (v) => v.bus.write(PLATFORM.plic.base + 4, 4, 1),
    (v) => v.bus.write(PLATFORM.uart.base + 7, 1, 1),
    (v) => v.bus.write(virtioWindow(0).base + 0x70, 4, 1),
    (v) => v.bus.write(virtioWindow(1).base + 0x70, 4, 1),
    (v) => v.bus.write(virtioWindow(2).base + 0x70, 4, 1),
    (v) => void v.bus.read(0, 4),
    (v) => v.terminal.input(Uint8Array.of(1)),
    (v) => v.terminal.write('virtio', Uint8Array.of(1)),
    (v) => v.terminal.write('uart', Uint8Array.of(1)),
  ];
  const states = changes.map((change) => {
    const a = newVioc();
    change(a.vioc);
    const bytes = a.saved();
    const b = newVioc();
    b.vioc.load(new StateReader(bytes));
    expect(b.saved()).toEqual(bytes);
    return Buffer.from(bytes).toString('hex');
  });
  expect(new Set(states).size).toBe(changes.length);
  const more = newVioc();
  more.vioc.addRng(1);
  expect(() => more.vioc.load(new StateReader(newVioc().saved()))).toThrow('virtio3');
});
