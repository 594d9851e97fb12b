/** VMs that exchange packets, reverted: together with what is on the wire they go on; alone, one finds that the others are ahead. */
import { expect, test } from 'vitest';
import {
  bootHost,
  command,
  consoleText,
  LINUX_SKIPPED,
  linux,
  outcomeOf,
  shellVm,
  teachingKernel,
  type,
  vmOf,
  vmSpec,
} from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { vmHash } from './vm-file.ts';

const MS = 1_000_000;
const MIB = 1 << 20;

/** Runs until a VM has written a text, counted from a place in what it wrote. */
function waitFor(host: Host, vm: string, text: string, from = 0): void {
  const until = host.now + 20_000 * MS;
  while (host.now < until && !consoleText(vmOf(host, vm)).slice(from).includes(text))
    host.advance(host.now + 10 * MS);
  expect(consoleText(vmOf(host, vm)).slice(from)).toContain(text);
}

const codes = (host: Host): readonly string[] => host.log.since(0).map(({ code }) => code);

test('frames on their way to a VM belong to its snapshot, and those of later are gone', () => {
  const pinging = (name: string, address: string) => shellVm(name, { append: `ip=${address}/24` });
  const host = bootHost([pinging('a', '10.0.0.1'), pinging('b', '10.0.0.2')]);
  host.advance(60 * MS);
  // Beside what is sent each millisecond, at one phase of the quanta, something that is sent at every phase.
  type(host, 'a', 'traffic 10.0.0.2 700\nping 10.0.0.2 200 1\n');
  const underway = (vm: string): readonly object[] => host.network.onTheWayTo(vmOf(host, vm).slot);
  const until = host.now + 2_000 * MS;
  while (host.now < until && underway('b').length === 0) host.advance(host.now + 0.1 * MS);
  expect(underway('b')).not.toEqual([]);
  const before = [
    underway('a'),
    underway('b'),
    vmHash(host.machine, vmOf(host, 'a')),
    vmHash(host.machine, vmOf(host, 'b')),
  ];
  command(host, 'vm.snapshot', { vm: 'a', name: 'both', with: ['b'] });
  host.advance(host.now + 37 * MS);
  command(host, 'vm.revert', { vm: 'b', snapshot: 'both', with: ['a'] });
  expect([
    underway('a'),
    underway('b'),
    vmHash(host.machine, vmOf(host, 'a')),
    vmHash(host.machine, vmOf(host, 'b')),
  ]).toEqual(before);
  expect(codes(host)).not.toContain('vm.peersAhead');
  host.advance(host.now + 3_000 * MS);
  expect(consoleText(vmOf(host, 'a'))).toContain('200 sent, 200 received');
});

test('together is all or none', () => {
  const host = bootHost(['a', 'b'].map((name) => vmSpec(name, teachingKernel(), { memoryBytes: 4 * MIB })));
  host.advance(60 * MS);
  command(host, 'vm.snapshot', { vm: 'b', name: 'one' });
  const before = host.hash();
  const codeOf = (op: string, args: object): string => outcomeOf(host, op, { vm: 'a', ...args });
  expect(codeOf('vm.snapshot', { name: 'one', with: ['b'] })).toBe('snapshot.nameTaken');
  expect(host.snapshots.of(vmOf(host, 'a'))).toEqual([]);
  expect(codeOf('vm.revert', { snapshot: 'one', with: ['b'] })).toBe('snapshot.none');
  expect(codeOf('vm.snapshot', { name: 'two', with: ['c'] })).toBe('no-such-vm');
  expect(host.hash()).toBe(before);
  command(host, 'vm.deleteSnapshot', { vm: 'b', snapshot: 'one' });
  expect(host.snapshots.contents.bytes).toBe(0);
});

test.skipIf(LINUX_SKIPPED)(
  'a TCP exchange goes on when both ends are reverted together; one reverted alone is told why not',
  () => {
    const host = bootHost(
      ['a', 'b'].map((name) =>
        vmSpec(name, linux('Image-tiny'), {
          ...{ memoryBytes: 32 * MIB, nics: [{ switch: 'lan' }], append: 'quiet earlycon=sbi console=hvc1' },
        }),
      ),
      { ramBytes: 96 * MIB },
    );
    for (const [n, name] of ['a', 'b'].entries()) {
      waitFor(host, name, '~ # ');
      type(host, name, `ifconfig eth0 10.0.0.${n + 1}; echo up-$((1 + 1))\n`);
      waitFor(host, name, 'up-2');
    }
    type(host, 'b', 'nc -l -p 99 > /tmp/got; md5sum < /tmp/got; echo got-$((1 + 1))\n');
    type(
      host,
      'a',
      'dd if=/dev/urandom of=/tmp/sent bs=1k count=3000; md5sum < /tmp/sent; echo made-$((1 + 1))\n',
    );
    waitFor(host, 'a', 'made-2');
    const received = (): number => vmOf(host, 'b').devices.counted('net', 'bytesIn');
    const before = received();
    type(host, 'a', 'nc 10.0.0.2 99 < /tmp/sent; echo sent-$((1 + 1))\n');
    const isUnderway = (): boolean => host.network.onTheWayTo(vmOf(host, 'b').slot).length > 0;
    const until = host.now + 20_000 * MS;
    while (host.now < until && (received() < before + 1_000_000 || !isUnderway()))
      host.advance(host.now + 0.1 * MS);
    expect(isUnderway()).toBe(true);
    command(host, 'vm.snapshot', { vm: 'a', name: 'half way', with: ['b'] });
    const half = received();
    expect(half).toBeLessThan(before + 3_000_000);
    const sum = /[0-9a-f]{32}/.exec(consoleText(vmOf(host, 'a')))?.[0] ?? '';
    for (let round = 0; round < 2; round++) {
      waitFor(host, 'b', 'got-2');
      expect(consoleText(vmOf(host, 'b'))).toContain(sum);
      command(host, 'vm.revert', { vm: 'a', snapshot: 'half way', with: ['b'] });
      expect(received()).toBe(half);
    }
    expect(codes(host)).not.toContain('vm.peersAhead');
    // The other way: b forgets what a has sent already, and a has ended the connection.
    waitFor(host, 'b', 'got-2');
    waitFor(host, 'a', 'sent-2');
    command(host, 'vm.revert', { vm: 'b', snapshot: 'half way' });
    expect(codes(host).at(-2)).toBe('vm.peersAhead');
    host.advance(host.now + 5_000 * MS);
    expect(consoleText(vmOf(host, 'b'))).not.toContain(sum);
  },
);
