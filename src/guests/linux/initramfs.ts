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

/** Commands of the teaching kernel that do the same work, so that both can be given it by the same words. */
const COMMANDS = {
  // One request for each block, as there: past the page cache. Several at a time are several processes, each with its part.
  'bin/disk': `#!/bin/sh
# disk N write|read BLOCKS [AT-A-TIME]: blocks of 4 KiB from the beginning of disk N on
[ "$#" -ge 3 ] || { echo "usage: disk N write|read BLOCKS [AT-A-TIME]"; exit 1; }
letter=$(echo abcdefgh | cut -c $(($1 + 1)))
disk=/dev/vd$letter
[ -b "$disk" ] || { echo "disk: no disk $1 that this system has a driver for"; exit 1; }
blocks=$3 together=\${4:-1}
[ "$together" -le "$blocks" ] || together=$blocks
at=0
for each in $(seq "$together"); do
  part=$(((blocks - at) / (together - each + 1)))
  case $2 in
    write) dd if=/dev/zero of="$disk" bs=4k seek=$at count=$part oflag=direct conv=notrunc 2>/dev/null & ;;
    read) dd if="$disk" of=/dev/null bs=4k skip=$at count=$part iflag=direct 2>/dev/null & ;;
    *) echo "disk: write or read, not $2" && exit 1 ;;
  esac
  at=$((at + part))
done
wait
`,
  'bin/bounce': `#!/bin/sh
# bounce ADDRESS PACKETS [BYTES]: packets that the other end sends back, each as soon as the one before it is back
[ "$#" -ge 2 ] || { echo "usage: bounce ADDRESS PACKETS [BYTES]"; exit 1; }
exec ping -A -q -c "$2" -s "\${3:-1024}" "$1"
`,
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

/**
 * Packs the initramfs, uncompressed: unpacking it in the guest would take 40 % of its boot.
 * @param programs further ones, in folders that it has
 */
export function packInitramfs(
  busybox: Uint8Array,
  { init, agent, lease }: OwnFiles,
  modules: readonly CpioFile[] = [],
  programs: readonly CpioFile[] = [],
): Uint8Array {
  const encoder = new TextEncoder();
  const folders = new Set([...DIRECTORIES, ...modules.flatMap(({ path }) => parents(path))]);
  const directories = [...folders].map((path): CpioEntry => {
    return { path, kind: 'directory', mode: path === 'tmp' ? 0o1777 : 0o755 };
  });
  const texts = Object.entries(TEXTS).map(([path, text]): CpioEntry => {
    return { path, kind: 'file', mode: 0o644, data: encoder.encode(text) };
  });
  const commands = Object.entries(COMMANDS).map(([path, text]): CpioEntry => {
    return { path, kind: 'file', mode: 0o755, data: encoder.encode(text) };
  });
  return packCpio([
    ...directories,
    ...texts,
    ...commands,
    ...modules.map(({ path, data }): CpioEntry => ({ path, kind: 'file', mode: 0o644, data })),
    ...programs.map(({ path, data }): CpioEntry => ({ path, kind: 'file', mode: 0o755, data })),
    { path: 'bin/busybox', kind: 'file', mode: 0o755, data: busybox },
    // The kernel opens it for process 1 before devtmpfs is mounted.
    { path: 'dev/console', kind: 'character', mode: 0o600, major: 5, minor: 1 },
    { path: 'sbin/virtlab-agent', kind: 'file', mode: 0o755, data: agent },
    // Where Debian's busybox looks for it.
    { path: 'etc/udhcpc/default.script', kind: 'file', mode: 0o755, data: lease },
    { path: 'init', kind: 'file', mode: 0o755, data: init },
  ]);
}
