/** What two Linux guests say to each other, as a capture has it: the stream is what was sent, the counters are theirs, and Wireshark reads the same. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { dissect } from '#base/packets/dissect';
import { differences, HAS_TSHARK } from '#base/packets/fixtures/tshark';
import { streamDifferences } from '#base/packets/fixtures/tshark-streams';
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

test.skipIf(LINUX_SKIPPED || !HAS_TSHARK)(
  'what segments are in a stream that loses and repeats, at each port as Wireshark has it',
  () => {
    const netem = { lossPercent: 3, delayNs: 2 * MS, jitterNs: MS };
    const vms = ['a', 'b'].map((name) =>
      linuxVm(name, { nics: [{ switch: 'lan', port: name === 'b' ? { netem } : {} }] }),
    );
    const host = bootLinux(vms, { ramBytes: 96 << 20 });
    say(host, 'ifconfig eth0 10.0.0.1', 'a');
    say(host, 'ifconfig eth0 10.0.0.2', 'b');
    must(host.execute({ op: 'capture.start', args: { name: 'all', bytes: 8 << 20, snap: 128 } }));
    type(host, 'b', 'nc -l -p 7 | wc -c; echo got-$((1 + 1))\n');
    host.advance(host.now + 50 * MS);
    type(host, 'a', 'dd if=/dev/zero bs=1000 count=300 | nc 10.0.0.2 7\n');
    expect(waitFor(host, 'b', 'got-2')).toContain('300000');
    const frames: SeenFrame[] = [];
    for (let from = 1; ; ) {
      const page = (must(host.ask('capture', { name: 'all', from })) as { value: CapturePage }).value;
      frames.push(...page.frames);
      if (page.next <= from) break;
      from = page.next;
    }
    const again = (
      must(host.ask('capture', { name: 'all', filter: 'tcp.analysis.retransmission' })) as {
        value: CapturePage;
      }
    ).value;
    expect(again.frames.length).toBeGreaterThan(0);
    for (const port of ['a/0', 'b/0'])
      expect(
        streamDifferences(
          frames.filter(
            ({ portName, point }) => portName === port && (point === 'accepted' || point === 'delivered'),
          ),
        ),
      ).toEqual([]);
  },
);
