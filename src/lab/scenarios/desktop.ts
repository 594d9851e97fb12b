/**
 * Desktops near and remote: VMs with a screen on one server; another server shows them of the packets that come over a link which two
 * more VMs fill from the twentieth to the fortieth second. A program on each desktop changes it all the time.
 */
import type { VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import type { Scenario } from '../scenario.ts';
import { at, host, MIB, scenario, teachingVm } from './parts.ts';

const KEYS: Readonly<Record<string, number>> = {
  ...{ d: 32, o: 24, p: 25, t: 20, '1': 2, '-': 12, ' ': 57, '\n': 28 },
};
const SIZE = { kind: 'gpu', width: 640, height: 480 } as const;

/** What is done with a keyboard to type a text. */
function typed(text: string) {
  return [...text].flatMap((sign) =>
    [true, false].map((down) => ({ kind: 'key' as const, code: KEYS[sign] ?? 57, down })),
  );
}

/** What is done with a pointer to draw a line through places, told in steps from edge to edge. */
function drawn(places: readonly (readonly [x: number, y: number])[]) {
  const buttons = (index: number): number => (index === 0 || index > places.length ? 0 : 1);
  const [first = [0, 0], last = first] = [places[0], places.at(-1)];
  return [first, ...places, last].map(([x, y], index) => ({
    ...{ kind: 'pointer' as const, x, y, buttons: buttons(index) },
  }));
}

/** A house in one line. */
const HOUSE = drawn([
  [8000, 28000],
  [8000, 16000],
  [18000, 28000],
  [18000, 16000],
  [8000, 28000],
  [18000, 28000],
  [8000, 16000],
  [13000, 9000],
  [18000, 16000],
  [8000, 16000],
]);

/** The teaching kernel with its drawing; and, where its image is there, Linux with its console on a graphics adapter. */
function desks(linux: boolean): readonly VmSpec[] {
  const painting = teachingVm('paint', { desktop: SIZE, memoryBytes: 8 * MIB, append: 'run=paint' });
  const desk = teachingVm('desk', {
    ...{ image: { kind: 'builtin', name: 'linux-desk' }, memoryBytes: 64 * MIB },
    ...{ desktop: SIZE, append: 'console=tty0' },
  });
  return linux ? [desk, painting] : [painting];
}

export function desktop({ linux }: { readonly linux: boolean }): Scenario {
  const lan = { switches: [{ name: 'lan' }] } as const;
  const card = (address: string) => ({ nics: [{ switch: 'lan', address }] });
  const shown = desks(linux);
  const remote = (role: 'server' | 'viewer') => shown.map(({ name: vm }) => ({ role, vm, switch: 'lan' }));
  const near = host([...shown, teachingVm('sender', card('10.0.0.1/24'))], {
    ...{ name: 'office', ...lan, remoteDesktops: remote('server') },
  });
  const far = host([teachingVm('receiver', card('10.0.0.2/24'))], {
    ...{ name: 'home', ramBytes: 32 * MIB, ...lan },
    remoteDesktops: remote('viewer'),
  });
  const type = (vm: string, text: string) => ({ op: 'console.input', args: { vm, text } }) as const;
  const does = (vm: string, gestures: ReturnType<typeof typed> | ReturnType<typeof drawn>) =>
    ({ op: 'desktop.input', args: { vm, gestures } }) as const;
  return {
    ...scenario(
      31,
      [near, far],
      [
        at(2, does('paint', HOUSE)),
        ...(linux ? [at(8, does('desk', typed('top -d 1\n')))] : []),
        at(20, type('sender', 'traffic 10.0.0.2 1200\n')),
        at(40, type('sender', 'traffic 0\n')),
      ],
    ),
    links: [{ a: 'office/lan', b: 'home/lan', delayNs: 5 * NS_PER_MS, bitsPerSecond: 10_000_000 }],
  };
}
