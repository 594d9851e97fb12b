/**
 * Linux on a disk that fails: it is told of a broken part and of a flush that storage refused, says so in its log, and its programs get
 * EIO. The run is repeated from its record, where no storage fails, and comes to the same state.
 */
import { expect, test } from 'vitest';
import type { FlushRefusal } from '#base/catalogue/disk-errors';
import { must } from '#base/fixtures/must';
import { Lab } from '#lab/lab';
import { inThisThread } from '#lab/placing';
import type { Scenario } from '#lab/scenario';
import { requirement } from '#tools/prerequisites';
import { engineModule } from './engine.ts';
import { GuestFiles } from './guest-files.ts';

const MIB = 1 << 20;
const MS = 1_000_000;
const linux = requirement('linux');

const SCENARIO: Scenario = {
  ...{ version: 1, title: '', seed: 5, nsPerInstruction: 10, quantumInstructions: 10_000, commands: [] },
  hosts: [
    {
      ...{ name: 'host', ramBytes: 128 * MIB, harts: 1, switches: [], timeSliceNs: 10 * MS },
      vms: [
        {
          ...{ name: 'a', image: { kind: 'builtin', name: 'linux-lab' }, memoryBytes: 64 * MIB, vcpus: 1 },
          ...{ allocation: 'on-demand', nics: [], autostart: true },
          disks: [{ sizeBytes: 8 * MIB, content: { kind: 'layered', keep: 'data' }, writeErrors: 'report' }],
        },
      ],
    },
  ],
};

/** @param refusal of storage, while there is one */
async function labOf(scenario: Scenario, refusal: () => FlushRefusal | undefined): Promise<Lab> {
  const files = new GuestFiles('/');
  must(files.load([{ ...SCENARIO.hosts[0]!.vms[0]!, disks: [] }]));
  const keeper = { commit: () => refusal() ?? ('kept' as const) };
  const software = { bytes: files.bytes.bind(files), keeper: () => keeper };
  return Lab.create(
    scenario,
    inThisThread({ engine: engineModule(), software, shared: false, wallMs: () => 0 }, 1),
  );
}

/** Runs until the guest has said something more, and gives all that it said meanwhile; bounded in virtual time. */
async function until(lab: Lab, text: string, withinMs: number): Promise<string> {
  const decoder = new TextDecoder();
  let seen = '';
  for (let ms = 0; ms < withinMs && !seen.includes(text); ms += 20) {
    await lab.advance(lab.now + 20 * MS);
    const { console } = await lab.hosts[0]!.news();
    for (const { bytes } of console) seen += decoder.decode(bytes);
  }
  expect(seen).toContain(text);
  return seen;
}
async function types(lab: Lab, text: string): Promise<void> {
  must(await lab.execute(0, { op: 'console.input', args: { vm: 'a', text: `${text}\n` } }));
}

test.skipIf(linux.skip)(
  'Linux and its programs are told of errors of a disk, and again where the run is repeated',
  { timeout: 120_000 },
  async () => {
    let refusal: FlushRefusal | undefined;
    const lab = await labOf(SCENARIO, () => refusal);
    await until(lab, ':~# ', 6000);
    const args = { vm: 'a', disk: 0, offset: 0x10_0000, length: 4096, fails: 'reads' } as const;
    must(await lab.execute(0, { op: 'vm.breakDisk', args }));
    await types(
      lab,
      'dd if=/dev/vda of=/dev/null bs=4k skip=256 count=1; dmesg | tail -2; echo end-$((1 + 1))',
    );
    const read = await until(lab, 'end-2', 2000);
    expect(read).toContain('Input/output error');
    expect(read).toMatch(/I\/O error, dev vda, sector 2048/);

    refusal = 'unavailable';
    await types(lab, 'dd if=/dev/zero of=/dev/vda bs=4k count=1 conv=fsync; echo end-$((2 + 2))');
    expect(await until(lab, 'end-4', 2000)).toContain('Input/output error');
    refusal = undefined;
    await types(lab, 'dd if=/dev/zero of=/dev/vda bs=4k count=1 conv=fsync; echo end-$((3 + 3))');
    expect(await until(lab, 'end-6', 2000)).not.toContain('Input/output error');
    expect(lab.log.some(({ command }) => command.op === 'vm.refuseFlush')).toBe(true);

    const again = await labOf(lab.record(), () => undefined);
    await again.advance(lab.now);
    expect(await again.hashes()).toEqual(await lab.hashes());
  },
);
