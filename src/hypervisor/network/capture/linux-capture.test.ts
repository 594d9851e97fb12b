/** What two Linux guests say to each other, as a capture has it: the stream is what was sent, the counters are theirs, and Wireshark reads the same. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { dissect } from '#base/packets/dissect';
import { differences, HAS_TSHARK } from '#base/packets/fixtures/tshark';
import { followStream, streamOf } from '#base/packets/streams';
import { bootLinux, linuxVm, say, waitFor } from '../../fixtures/linux-host.ts';
import { LINUX_SKIPPED, type, vmOf } from '../../fixtures/test-host.ts';
import type { SeenFrame } from './capture-ring.ts';
import type { CapturePage } from './questions/capture.ts';

const MS = 1_000_000;

test.skipIf(LINUX_SKIPPED)('a request and its answer over TCP, from the first ARP to the last FIN', () => {
  const vms = ['a', 'b'].map((name) => linuxVm(name, { nics: [{ switch: 'lan' }] }));
  const host = bootLinux(vms, { ramBytes: 96 << 20 });
  const framesOut = (vm: string): number => vmOf(host, vm).devices.counted('net', 'framesOut');
  const before = { a: framesOut('a'), b: framesOut('b') };
  must(host.execute({ op: 'capture.start', args: { name: 'all', bytes: 4 << 20, snap: 65_536 } }));
  say(host, 'ifconfig eth0 10.0.0.1', 'a');
  say(host, 'ifconfig eth0 10.0.0.2', 'b');
  say(host, 'ping -c 2 10.0.0.2', 'a');
  type(
    host,
    'b',
    `printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 6\\r\\n\\r\\nhello\\n' | nc -l -p 80 > got; echo got-$((1 + 1))\n`,
  );
  host.advance(host.now + 50 * MS);
  say(host, `printf 'GET /page HTTP/1.1\\r\\nHost: b\\r\\n\\r\\n' | nc 10.0.0.2 80`, 'a');
  expect(waitFor(host, 'b', 'got-2')).toContain('got-2');

  const page = (must(host.ask('capture', { name: 'all' })) as { value: CapturePage }).value;
  expect(page.lost).toBe(0);
  const at = (point: SeenFrame['point']) => page.frames.filter((seen) => seen.point === point);
  for (const vm of ['a', 'b'] as const)
    expect(at('accepted').filter(({ portName }) => portName === `${vm}/0`).length).toBe(
      framesOut(vm) - before[vm],
    );

  const packets = at('accepted').map(({ bytes }) => dissect(bytes));
  const request = packets.find(({ layers }) => layers.some(({ protocol }) => protocol.id === 'http'));
  const stream = followStream(packets, streamOf(request!)!);
  const said = (side: 'first' | 'second'): string =>
    stream.pieces
      .filter(({ from }) => from === side)
      .map(({ bytes }) => new TextDecoder().decode(bytes))
      .join('');
  expect(said('first')).toBe('GET /page HTTP/1.1\r\nHost: b\r\n\r\n');
  expect(said('second')).toBe('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n');
  if (HAS_TSHARK) expect(differences(at('accepted').map(({ bytes }) => bytes)).flat()).toEqual([]);
});
