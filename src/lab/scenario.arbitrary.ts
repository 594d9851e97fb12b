/** Random valid scenarios for tests. */

import fc from 'fast-check';
import { ALLOCATION_IDS } from '#base/catalogue/allocation-modes';
import { DESKTOP_KINDS } from '#base/catalogue/desktop-kinds';
import { DISK_WAY_IDS, USUAL_WAY } from '#base/catalogue/disk-ways';
import { LIMITS } from '#base/catalogue/limits';
import type { HostSpec, ImageSpec, NicSpec, TrunkSpec, VmSpec } from '#base/scenario';
import type { Scenario, TimedCommand } from './scenario.ts';

const name = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9-]{0,12}[A-Za-z0-9])?$/);
/** What stands in the topology: a host, a VM, a switch. */
const node = fc.oneof(
  name,
  fc.tuple(name, name).map((path) => path.join('/')),
  fc.tuple(name, name).map((path) => path.join('/switch:')),
);
const octet = fc.integer({ min: 0, max: 255 });
const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

const image: fc.Arbitrary<ImageSpec> = fc.oneof(
  fc.record({ kind: fc.constant('builtin' as const), name: fc.oneof(fc.constant('teaching'), name) }),
  fc.record({ kind: fc.constant('file' as const), name: fc.constantFrom('kernel.elf', '内核 1.img', 'a') }),
);

const nic = (switches: readonly string[]): fc.Arbitrary<NicSpec> =>
  fc.record(
    {
      switch: fc.constantFrom(...switches),
      mac: octet.map((last) => `52:54:00:00:00:${last.toString(16).padStart(2, '0')}`),
      offload: fc.constant(false),
      mtu: whole(LIMITS.mtu.least, LIMITS.mtu.most),
      queues: whole(LIMITS.cardQueues.least, LIMITS.cardQueues.most),
      way: fc.constantFrom(...DISK_WAY_IDS.filter((way) => way !== USUAL_WAY)),
      address: fc.tuple(octet, octet, whole(0, 32)).map(([c, d, prefix]) => `10.1.${c}.${d}/${prefix}`),
    },
    { requiredKeys: ['switch'] },
  );

const vm = (vmName: string, switches: readonly string[]): fc.Arbitrary<VmSpec> =>
  fc.record(
    {
      name: fc.constant(vmName),
      image,
      initrd: image,
      memoryBytes: whole(512, 4096).map((pages) => pages * 4096),
      vcpus: whole(1, 8),
      allocation: fc.constantFrom(...ALLOCATION_IDS),
      append: fc.stringMatching(/^[ -~]{0,40}$/),
      disks: fc.array(
        fc.record(
          {
            sizeBytes: whole(1, 1 << 21).map((sectors) => sectors * 512),
            readErrors: fc.constantFrom('stop' as const),
            writeErrors: fc.constantFrom('stop' as const, 'report' as const),
            way: fc.constantFrom(...DISK_WAY_IDS.filter((way) => way !== USUAL_WAY)),
          },
          { requiredKeys: ['sizeBytes'] },
        ),
        { maxLength: LIMITS.disksPerVm },
      ),
      nics:
        switches.length === 0 ? fc.constant([]) : fc.array(nic(switches), { maxLength: LIMITS.nicsPerVm }),
      desktop: fc.record(
        {
          kind: fc.constantFrom(...DESKTOP_KINDS),
          width: whole(64, 320),
          height: whole(48, 200),
          touch: fc.constant(true),
        },
        { requiredKeys: ['kind', 'width', 'height'] },
      ),
      virtqueues: fc.constant('packed' as const),
      autostart: fc.boolean(),
    },
    { requiredKeys: ['name', 'image', 'memoryBytes', 'vcpus', 'allocation', 'disks', 'nics', 'autostart'] },
  );

const sharing = fc.record({ pages: whole(1, 4096), periodNs: whole(1_000_000, 10_000_000_000) });
const memory = fc.oneof(
  fc.constant({}),
  sharing.map((settings) => ({ sharing: settings })),
);

const port = fc.record({
  wire: fc.record({ bitsPerSecond: whole(1000, 1_000_000), delayNs: whole(0, 1000) }),
});
/** Cables from the first of these switches to others. */
const trunks = ([first = '', ...others]: readonly string[]): fc.Arbitrary<TrunkSpec[]> =>
  fc.array(
    fc.record(
      {
        a: fc.constant(first),
        b: fc.constantFrom(...others),
        delayNs: whole(0, 1_000_000),
        bitsPerSecond: whole(1_000_000, 1_000_000_000),
        portA: port,
      },
      { requiredKeys: ['a', 'b'] },
    ),
    { minLength: 1, maxLength: 3 },
  );

const host = (hostName: string): fc.Arbitrary<HostSpec> =>
  fc.uniqueArray(name, { maxLength: 9 }).chain((names) =>
    whole(0, names.length).chain((switches) =>
      fc.record(
        {
          name: fc.constant(hostName),
          ramBytes: whole(256, 4096).map((units) => units * 65_536),
          harts: whole(1, 8),
          timeSliceNs: whole(100_000, 1_000_000_000),
          switches: fc.constant(names.slice(0, switches).map((switchName) => ({ name: switchName }))),
          ...(switches < 2 ? {} : { trunks: trunks(names.slice(0, switches)) }),
          vms: fc.tuple(...names.slice(switches).map((vmName) => vm(vmName, names.slice(0, switches)))),
          memory,
        },
        { requiredKeys: ['name', 'ramBytes', 'harts', 'timeSliceNs', 'switches', 'vms'] },
      ),
    ),
  );

const command = (hosts: readonly HostSpec[]): fc.Arbitrary<TimedCommand> => {
  const places = hosts.flatMap(({ vms }, index) => vms.map((spec) => ({ host: index, vm: spec.name })));
  const at = whole(0, 2 ** 31);
  const creation = fc.tuple(whole(0, hosts.length - 1), at).chain(([index, time]) =>
    vm(
      'newcomer',
      (hosts[index]?.switches ?? []).map((each) => each.name),
    ).map((spec): TimedCommand => ({ op: 'vm.create', args: { vm: spec }, at: time, host: index })),
  );
  if (places.length === 0) return creation;
  const place = fc.constantFrom(...places);
  return fc.oneof(
    creation,
    fc
      .tuple(place, at, fc.constantFrom('vm.start' as const, 'vm.pause' as const, 'vm.powerOff' as const))
      .map(([where, time, op]): TimedCommand => ({ op, args: { vm: where.vm }, at: time, host: where.host })),
    fc.tuple(place, at, fc.string({ unit: octet.map((byte) => String.fromCharCode(byte)) })).map(
      ([where, time, text]): TimedCommand => ({
        op: 'console.input',
        args: { vm: where.vm, text },
        at: time,
        host: where.host,
      }),
    ),
  );
};

/** One after the other into one console. */
const typing = (hosts: readonly HostSpec[]): fc.Arbitrary<TimedCommand[]> =>
  fc
    .array(fc.tuple(whole(0, 1000), fc.constantFrom('a', '\n', '\u001b[A')), { maxLength: 12 })
    .map((keys) => {
      const host = hosts.findIndex(({ vms }) => vms.length > 0);
      const vm = hosts[host]?.vms[0]?.name;
      return vm === undefined
        ? []
        : keys.map(([at, text]) => ({ op: 'console.input', args: { vm, text }, at, host }));
    });

/** Any scenario that is valid. */
export const scenarioArbitrary: fc.Arbitrary<Scenario> = fc
  .uniqueArray(name, { minLength: 1, maxLength: 3 })
  .chain((names) => fc.tuple(...names.map(host)))
  .chain((hosts) =>
    fc.record(
      {
        version: fc.constant(1 as const),
        title: fc.constantFrom('', 'Two hosts', '第一课：内存', 'a < b & "c"'),
        seed: whole(0, 0xffff_ffff),
        nsPerInstruction: whole(1, 1000),
        quantumInstructions: whole(100, 1_000_000),
        hosts: fc.constant(hosts),
        commands: fc
          .array(
            fc.oneof(
              command(hosts).map((each) => [each]),
              typing(hosts),
            ),
            { maxLength: 4 },
          )
          .map((runs) => runs.flat()),
        date: fc.constantFrom('1999-12-31T23:59:59Z', '2038-01-19T03:14:08Z'),
        moment: whole(0, 1e15),
        layout: fc.dictionary(node, fc.record({ x: whole(-1000, 1000), y: whole(-1000, 1000) }), {
          maxKeys: 5,
          noNullPrototype: true,
        }),
      },
      {
        requiredKeys: [
          'version',
          'title',
          'seed',
          'nsPerInstruction',
          'quantumInstructions',
          'hosts',
          'commands',
        ],
      },
    ),
  );
