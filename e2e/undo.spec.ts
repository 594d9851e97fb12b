/**
 * Everything that the topology offers is done, taken back and done again, on a host without a page: its whole network, its VMs and each port
 * stand as before, and as after.
 */
import { expect, test } from 'playwright/test';
import type { LabDescription } from '../src/bridge/protocol/answers.ts';
import type { Host } from '../src/hypervisor/host.ts';
import { describeHost } from '../src/hypervisor/monitor/description.ts';
import { comeWhole, REGISTRIES } from '../src/hypervisor/registries.ts';
import { treeOf } from '../src/lab/scenarios/ring.ts';
import { deedOf, type PortOf, type StageChange, setPart, setStage } from '../src/ui/parts/switch/changes.ts';
import * as network from '../src/ui/views/lab/topology/edit/network-wishes.ts';
import * as wiring from '../src/ui/views/lab/topology/edit/wiring.ts';
import { labOfLink } from './headless-lab.ts';
import { labOf, linkOf } from './labs.ts';

type Deed = wiring.Wish['deed'];

function setPortDeed(of: PortOf, changes: readonly StageChange[]): Deed {
  return deedOf(
    of.host,
    changes.map((change) => setStage(of, change)),
  );
}
function mirrorDeed(of: PortOf, settings: MirrorSettings | null, was: MirrorSettings): Deed {
  return deedOf(of.host, [setPart(of, { part: 'mirror', settings, was })]);
}
type MirrorSettings = ReturnType<typeof mirrorTo>;

/** Two switches that are joined twice and one more, a gateway, a router between them, and VMs whose ports are set up. */
function wiredLab(): string {
  const { hosts, ...lab } = labOf(1, 2);
  const wire = { wire: { bitsPerSecond: 10_000_000 } };
  return linkOf({
    ...lab,
    hosts: hosts.map((host) => ({
      ...host,
      switches: [
        { name: 'lan', parts: { spanningTree: treeOf(4096), mirror: mirrorTo('vm-1/0') } },
        { name: 'back', parts: { spanningTree: treeOf(8192) } },
        { name: 'far' },
      ],
      trunks: [
        { a: 'lan', b: 'back', portA: wire, portB: { queue: { frames: 16 } } },
        { a: 'back', b: 'lan', delayNs: 2_000_000 },
      ],
      appliances: [
        {
          name: 'gateway',
          kind: 'gateway',
          switch: 'lan',
          address: '10.0.0.100/16',
          ports: { inside: wire },
        },
        {
          ...{ name: 'router', kind: 'router' },
          interfaces: [
            { port: 'p1', switch: 'lan', address: '10.0.0.200/16' },
            { port: 'p2', switch: 'back', address: '10.1.0.1/24' },
          ],
        },
      ],
      vms: host.vms.map((vm, index) => ({
        ...vm,
        autostart: false,
        nics: [
          {
            ...{ switch: ['lan', 'back'][index] ?? 'lan', address: `10.0.0.${index + 1}/16` },
            port: { vlan: { access: 5 }, shape: { bitsPerSecond: 1_000_000 } },
          },
        ],
      })),
    })),
  });
}
function mirrorTo(to: string) {
  return { sources: [{ port: 'gateway/inside', direction: 'both' }], to };
}

/** What is set up on a host, down to each port and each cable. */
function setUp(host: Host): object {
  const ports = [...host.network.switches.values()].map(({ name, ports: all }) => [
    name,
    all.map((port) => [port.index, port.name, port.up, port.settings]),
  ]);
  const cables = host.vms().map(({ cards }) => cards.map((card) => card?.linkUp));
  return structuredClone({
    network: host.network.spec,
    vms: host.vms().map(({ spec }) => spec),
    ports,
    cables,
  });
}

test('whatever the topology offers can be taken back and done again, and the host stands as it did', async () => {
  await comeWhole(REGISTRIES);
  const { host } = await labOfLink(wiredLab(), 1_000_000);
  const lab = (): LabDescription => ({
    ...{ title: 'lab', seed: 7, links: [], vmCommands: [], layout: {}, hosts: [describeHost(host)] },
  });
  const carryOut = (deed: Deed | undefined, way: 'there' | 'back'): void => {
    expect(deed).toBeDefined();
    if (deed === undefined || deed.kind === 'places') throw new Error('no commands');
    for (const command of deed.kind === 'command' ? [deed[way]] : deed[way])
      expect([command.op, host.execute(command)]).toEqual([command.op, { ok: true, value: null }]);
  };
  const here = (): LabDescription['hosts'][number] => lab().hosts[0]!;
  const vm = (index: number) => here().vms[index]!;
  const appliance = (name: string) => here().appliances!.find(({ spec }) => spec.name === name)!;
  const at = (name: string): string => `host-1/switch:${name}`;
  const drawn = (from: string, to: string) => wiring.wishesOf(lab(), from, to)[0]?.deed;
  const dropped = (link: string, off: string, to: string | null) =>
    wiring.dropWish(lab(), link, off, to)?.deed;
  const port = { host: 0, switch: 'lan', port: 'vm-1/0' };
  const deeds: Readonly<Record<string, () => Deed | undefined>> = {
    'a new switch': () => network.newSwitchWish(0, here()).deed,
    'a new gateway': () => network.newGatewayWish(lab(), 0, 'far')?.deed,
    'a new router': () => network.newRouterWish(lab(), 0, 'far')?.deed,
    'a trunk drawn between switches': () => drawn(at('back'), at('far')),
    'a trunk deleted': () => network.removeTrunkWish(0, here().trunks![0]!).deed,
    'the end of a trunk drawn to another switch': () => dropped('host-1/trunk#0', at('back'), at('far')),
    'a trunk drawn off its switch': () => dropped('host-1/trunk#1', at('lan'), null),
    'a card plugged in': () => drawn('host-1/vm-1', at('far')),
    'a cable pulled': () => wiring.linkWish(0, 'vm-1', 0, false).deed,
    'a cable drawn off its switch': () => dropped('host-1/vm-1#0', at('lan'), null),
    'a cable drawn to another switch': () => dropped('host-1/vm-1#0', at('lan'), at('far')),
    'a gateway drawn to another switch': () =>
      dropped('host-1/appliance:gateway#inside', at('lan'), at('far')),
    'a port of a router drawn to another switch': () =>
      dropped('host-1/appliance:router#p1', at('lan'), at('far')),
    'a port of a router drawn off its switch': () => dropped('host-1/appliance:router#p2', at('back'), null),
    'a router joined to a further switch': () => drawn('host-1/appliance:router', at('far')),
    'an appliance deleted': () => network.removeApplianceWish(lab(), 0, appliance('gateway')).deed,
    'stages of a port set': () =>
      setPortDeed(port, [
        { stage: 'vlan', settings: null, was: { access: 5 } },
        { stage: 'queue', settings: { frames: 32 }, was: null },
      ]),
    'a mirror set': () => mirrorDeed(port, mirrorTo('trunk/0'), mirrorTo('vm-1/0')),
    'a mirror taken away': () => mirrorDeed(port, null, mirrorTo('vm-1/0')),
    'a switch deleted with all that hangs at it': () => network.removeSwitchWish(lab(), 0, 'lan')?.deed,
    'the second switch deleted': () => network.removeSwitchWish(lab(), 0, 'back')?.deed,
    'an empty switch deleted': () => network.removeSwitchWish(lab(), 0, 'far')?.deed,
  };
  const check = (name: string, deed: Deed | undefined): void => {
    const before = setUp(host);
    carryOut(deed, 'there');
    const after = setUp(host);
    expect(after, name).not.toEqual(before);
    carryOut(deed, 'back');
    expect(setUp(host), name).toEqual(before);
    carryOut(deed, 'there');
    expect(setUp(host), name).toEqual(after);
    carryOut(deed, 'back');
    expect(setUp(host), name).toEqual(before);
  };
  for (const [name, deed] of Object.entries(deeds)) check(name, deed());

  // A card that was plugged in, and what was set at its port; its cable is pulled.
  carryOut(drawn('host-1/vm-2', at('far')), 'there');
  const added = { host: 0, switch: 'far', port: 'vm-2/1' };
  carryOut(setPortDeed(added, [{ stage: 'vlan', settings: { access: 9 }, was: null }]), 'there');
  carryOut(wiring.linkWish(0, 'vm-2', 1, false).deed, 'there');
  check('a card taken out', wiring.unplugWish(0, vm(1), 1, false)?.deed);
});
