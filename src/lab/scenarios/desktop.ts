/**
 * A desktop near and remote: a VM with a screen on one server; another server shows it of the packets that come over a link which two
 * more VMs fill from the twentieth to the fortieth second. A program on the desktop changes it every second.
 */
import type { VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import type { Scenario } from '../scenario.ts';
import { at, host, MIB, scenario, teachingVm } from './parts.ts';

const KEYS: Readonly<Record<string, number>> = {
  ...{ d: 32, o: 24, p: 25, t: 20, '1': 2, '-': 12, ' ': 57, '\n': 28 },
};

/** What is done with a keyboard to type a text. */
function typed(text: string) {
  return [...text].flatMap((sign) =>
    [true, false].map((down) => ({ kind: 'key' as const, code: KEYS[sign] ?? 57, down })),
  );
}

/** Linux with its console on a graphics adapter; without its image, a teaching kernel that stores at the start of its screen. */
function desk(linux: boolean): VmSpec {
  const size = { width: 640, height: 480 } as const;
  return linux
    ? teachingVm('desk', {
        ...{ image: { kind: 'builtin', name: 'linux-desk' }, memoryBytes: 64 * MIB },
        ...{ desktop: { kind: 'gpu', ...size }, append: 'console=tty0' },
      })
    : teachingVm('desk', {
        desktop: { kind: 'framebuffer', ...size },
        append: 'run=attack_memory_0x802d4000',
      });
}

export function desktop({ linux }: { readonly linux: boolean }): Scenario {
  const lan = { switches: [{ name: 'lan' }] } as const;
  const card = (address: string) => ({ nics: [{ switch: 'lan', address }] });
  const near = host([desk(linux), teachingVm('sender', card('10.0.0.1/24'))], {
    ...{ name: 'office', ...lan, remoteDesktops: [{ role: 'server', vm: 'desk', switch: 'lan' }] },
  });
  const far = host([teachingVm('receiver', card('10.0.0.2/24'))], {
    ...{ name: 'home', ramBytes: 32 * MIB, ...lan },
    remoteDesktops: [{ role: 'viewer', vm: 'desk', switch: 'lan' }],
  });
  const type = (vm: string, text: string) => ({ op: 'console.input', args: { vm, text } }) as const;
  const gestures = typed('top -d 1\n');
  return {
    ...scenario(
      31,
      [near, far],
      [
        at(8, { op: 'desktop.input', args: { vm: 'desk', gestures } } as const),
        at(20, type('sender', 'traffic 10.0.0.2 1200\n')),
        at(40, type('sender', 'traffic 0\n')),
      ],
    ),
    links: [{ a: 'office/lan', b: 'home/lan', delayNs: 5 * NS_PER_MS, bitsPerSecond: 10_000_000 }],
  };
}
