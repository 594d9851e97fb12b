/**
 * `npm run guests:debian`: makes a disk image with Debian's root file system, from Debian's packages. Arguments: packages to add (apt's
 * selections). Options: --desktop (X and some programs), --systemd (in the place of sysvinit), --size MIB (of the disk), --out FOLDER.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AGENT_IMAGE } from '../agent/build.ts';
import { COMMAND, findProgram, PackagingError, progress, run } from '../linux/commands.ts';
import { PackageStore } from '../linux/debian-packages.ts';
import { readManifest } from '../linux/manifest.ts';
import { configureInQemu } from './machine.ts';
import { fieldsOf, type UnpackedPackage } from './package-state.ts';
import { type OwnFile, packRoot } from './root.ts';
import { tarEntries } from './tar.ts';

const ROOT = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
/** Names a folder for packages and image: what was downloaded before is taken from there. */
const CACHE_VARIABLE = 'VIRTLAB_DEBIAN_CACHE';
const FOLDER = process.env[CACHE_VARIABLE] || join(ROOT, '.cache/guests/debian');

/** What every Debian has, less the package manager's downloading half: a lab has no way to the Internet. */
const BASE = [
  '?and(?essential,?not(?name(^apt$)))',
  'login',
  'mount',
  'e2fsprogs',
  'iproute2',
  'procps',
  'kbd',
  // Cards ask for their addresses.
  'udhcpc',
] as const;

/** What process 1 is. */
const INIT = { sysvinit: ['sysvinit-core'], systemd: ['systemd-sysv'] } as const;

/** X on the frame buffer, a window manager, and programs that draw. */
const DESKTOP = [
  ...['xserver-xorg-core', 'xserver-xorg-video-fbdev', 'xserver-xorg-input-evdev'],
  ...['xinit', 'twm', 'xterm', 'x11-apps'],
] as const;

function unpackedPackage(path: string): UnpackedPackage {
  const archive = (what: string) =>
    tarEntries(execFileSync('dpkg-deb', [what, path], { maxBuffer: 1 << 30 }));
  return { control: archive('--ctrl-tarfile'), data: archive('--fsys-tarfile') };
}

/** What the inittab starts, as services of systemd. */
const UNITS = ['virtlab.service', 'virtlab-screen.service', 'virtlab-agent.service'] as const;

function ownFiles(hasDesktop: boolean, hasSystemd: boolean): OwnFile[] {
  const text = (name: string) => readFileSync(fileURLToPath(new URL(`files/${name}`, import.meta.url)));
  return [
    ...(hasSystemd
      ? UNITS.map((name) => ({ path: `etc/systemd/system/${name}`, data: text(name), isProgram: false }))
      : [{ path: 'etc/inittab', data: text('inittab'), isProgram: false }]),
    { path: 'etc/init.d/virtlab', data: text('service'), isProgram: true },
    { path: 'etc/virtlab/lease', data: text('../../linux/lease'), isProgram: true },
    { path: 'etc/virtlab/screen', data: text('screen'), isProgram: true },
    { path: 'usr/sbin/virtlab-agent', data: readFileSync(AGENT_IMAGE), isProgram: true },
    ...(hasDesktop
      ? [
          { path: 'etc/virtlab/session', data: text('session'), isProgram: true },
          { path: 'etc/virtlab/twmrc', data: text('twmrc'), isProgram: false },
          { path: 'etc/X11/xorg.conf', data: text('xorg.conf'), isProgram: false },
        ]
      : []),
  ];
}

/** What the image holds, for whoever passes it on: packages, versions, sources. */
function statement(packages: readonly UnpackedPackage[]): string {
  const rows = packages.map((unpacked) => {
    const fields = fieldsOf(unpacked);
    const [name = '', version = ''] = [fields.get('Package'), fields.get('Version')];
    return `${name} ${version}  source ${fields.get('Source') ?? name}\n`;
  });
  return `Debian packages of this image; the licence of each is its usr/share/doc/PACKAGE/copyright there.
Sources: https://sources.debian.org, or \`apt-get source\`.\n\n${rows.join('')}`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      desktop: { type: 'boolean', default: false },
      systemd: { type: 'boolean', default: false },
      size: { type: 'string', default: '512' },
      out: { type: 'string' },
    },
    allowPositionals: true,
  });
  const sizeMib = Number(values.size);
  if (!Number.isInteger(sizeMib) || sizeMib < 128 || sizeMib > 1024)
    throw new PackagingError(`--size takes MiB from 128 to 1024, not "${values.size}"`);
  const folder = resolve(values.out ?? FOLDER);
  const name = ['debian', values.desktop ? 'desktop' : '', values.systemd ? 'systemd' : '']
    .filter((part) => part !== '')
    .join('-');
  mkdirSync(folder, { recursive: true });
  const store = new PackageStore(join(resolve(FOLDER), 'apt'), readManifest());
  const wanted = [
    ...BASE,
    ...INIT[values.systemd ? 'systemd' : 'sysvinit'],
    ...(values.desktop ? DESKTOP : []),
    ...positionals,
  ];
  const packages = (await store.closure(wanted)).map(unpackedPackage);
  const init = readFileSync(fileURLToPath(new URL('init', import.meta.url)));
  const root = packRoot(packages, init, ownFiles(values.desktop, values.systemd));
  progress(`${packages.length} packages, ${Math.round(root.length / 1e6)} MB unpacked`);

  const image = join(folder, `${name}.img`);
  await configureInQemu({
    root,
    image: `${image}.partial`,
    sizeMib,
    folder,
    guests: join(ROOT, 'public/guests'),
  });
  renameSync(`${image}.partial`, image);
  writeFileSync(join(folder, `${name}.packages.txt`), statement(packages));
  progress(`${image}: ${sizeMib} MiB, raw`);
  if (findProgram('qemu-img') !== undefined) {
    const packed = join(folder, `${name}.qcow2`);
    rmSync(packed, { force: true });
    await run('qemu-img', ['convert', '-c', '-O', 'qcow2', image, packed], {
      log: join(folder, 'debian.log'),
    });
    progress(`${packed}: the same, packed`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof PackagingError ? `${COMMAND}: ${error.message}` : error);
  process.exitCode = 1;
});
