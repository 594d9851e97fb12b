/**
 * The first file system of a Linux guest, as data: busybox, our `init` and guest agent, and the few files of `/etc` that a shell
 * expects. The same bytes come out wherever busybox was taken from.
 */
import { type CpioEntry, type CpioFile, filesInCpio, packCpio, parents } from './cpio.ts';

/** Read by every login shell. Sizes are asked of the terminal, which a serial line does not tell. */
const PROFILE = `export PATH=/sbin:/usr/sbin:/bin:/usr/bin HOME=/root TERM=xterm
PS1='\\h:\\w# '
cd
`;

const TEXTS = {
  'etc/profile': PROFILE,
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
  'etc/group': 'root:x:0:\n',
  'etc/hosts': '127.0.0.1 localhost\n',
  // What mount tries before what the kernel knows already: a kernel with modules loads it then.
  'etc/filesystems': 'ext4\n',
} as const;

const DIRECTORIES = [
  ...[
    'bin',
    'dev',
    'etc',
    'etc/udhcpc',
    'mnt',
    'proc',
    'root',
    'sbin',
    'sys',
    'tmp',
    'usr',
    'usr/bin',
    'usr/sbin',
  ],
] as const;

/** Where kernel modules lie. */
const MODULES = 'lib/modules/';

/** Modules, and their tables, of an archive that {@link packInitramfs} made. */
export function modulesOf(archive: Uint8Array): CpioFile[] {
  return [...filesInCpio(archive)].filter(({ path }) => path.startsWith(MODULES));
}

/** Files of ours that it holds. */
export interface OwnFiles {
  readonly init: Uint8Array;
  readonly agent: Uint8Array;
  /** What the client of DHCP does with a lease. */
  readonly lease: Uint8Array;
}

/** Packs the initramfs, uncompressed: unpacking it in the guest would take 40 % of its boot. */
export function packInitramfs(
  busybox: Uint8Array,
  { init, agent, lease }: OwnFiles,
  modules: readonly CpioFile[] = [],
): Uint8Array {
  const encoder = new TextEncoder();
  const folders = new Set([...DIRECTORIES, ...modules.flatMap(({ path }) => parents(path))]);
  const directories = [...folders].map((path): CpioEntry => {
    return { path, kind: 'directory', mode: path === 'tmp' ? 0o1777 : 0o755 };
  });
  const texts = Object.entries(TEXTS).map(([path, text]): CpioEntry => {
    return { path, kind: 'file', mode: 0o644, data: encoder.encode(text) };
  });
  return packCpio([
    ...directories,
    ...texts,
    ...modules.map(({ path, data }): CpioEntry => ({ path, kind: 'file', mode: 0o644, data })),
    { path: 'bin/busybox', kind: 'file', mode: 0o755, data: busybox },
    // The kernel opens it for process 1 before devtmpfs is mounted.
    { path: 'dev/console', kind: 'character', mode: 0o600, major: 5, minor: 1 },
    { path: 'sbin/virtlab-agent', kind: 'file', mode: 0o755, data: agent },
    // Where Debian's busybox looks for it.
    { path: 'etc/udhcpc/default.script', kind: 'file', mode: 0o755, data: lease },
    { path: 'init', kind: 'file', mode: 0o755, data: init },
  ]);
}
