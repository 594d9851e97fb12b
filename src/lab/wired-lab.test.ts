/** VMs that come to be on a host whose switches hear those of others: nobody gets what somebody else has, and a replay knows it too. */
import { describe, expect, test } from 'vitest';
import type { HeardCard } from '#base/card-conflicts';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import { rowOfHosts } from './fixtures/row-of-hosts.ts';
import { expectSameLab } from './fixtures/same-lab.ts';
import { hostOf, startLab } from './fixtures/test-lab.ts';
import type { Lab } from './lab.ts';
import { decodeLink, encodeLink } from './link.ts';
import type { Scenario } from './scenario.ts';

const LINKED: Scenario = { ...rowOfHosts(3, NS_PER_MS), commands: [] };
const ALONE: Scenario = { ...LINKED, links: [] };

function addressOf(lab: Lab, host: number, vm: string): string | undefined {
  return hostOf(lab, host).vm(vm)?.spec.nics[0]?.address;
}
function warnings(lab: Lab, host: number): unknown[] {
  const events = hostOf(lab, host).log.since(0);
  return events
    .filter(({ severity }) => severity === 'warning')
    .map(({ vm, code, data }) => [vm, code, data]);
}
async function begun(scenario: Scenario): Promise<Lab> {
  const lab = await startLab(scenario);
  await lab.advance(5 * NS_PER_MS);
  return lab;
}

describe('a clone', () => {
  const clone = { op: 'vm.clone', args: { vm: 'vm-left', name: 'copy' } } as const;

  test('has an address that nobody has on any host that links lead to', async () => {
    const lab = await begun(LINKED);
    must(await lab.execute(0, clone));
    expect(addressOf(lab, 0, 'copy')).toBe('10.0.0.4/24');
  });

  test('has the next address, where no link leads', async () => {
    const lab = await begun(ALONE);
    must(await lab.execute(0, clone));
    expect(addressOf(lab, 0, 'copy')).toBe('10.0.0.2/24');
    expect(lab.log.at(-1)?.command.args).toEqual(clone.args);
  });

  test('has none of two clones on two hosts, one after the other', async () => {
    const lab = await begun(LINKED);
    must(await lab.execute(0, clone));
    must(await lab.execute(2, { op: 'vm.clone', args: { vm: 'vm-right', name: 'copy' } }));
    expect([addressOf(lab, 0, 'copy'), addressOf(lab, 2, 'copy')]).toEqual(['10.0.0.4/24', '10.0.0.5/24']);
  });

  test('is the same in a replay from its link, which has what was heard', async () => {
    const lab = await begun(LINKED);
    must(await lab.execute(0, clone));
    await lab.advance(50 * NS_PER_MS);
    const again = await startLab(must(decodeLink(must(encodeLink(lab.record())))));
    await again.advance(50 * NS_PER_MS);
    await expectSameLab(again, lab);
    expect(again.log).toEqual(lab.log);
  });

  test('has a hardware address that nobody has, even one who came from this host', async () => {
    const lab = await begun(LINKED);
    const mine = hostOf(lab, 0).vm('vm-left')!.macs[0]!;
    // What the first free number of this host would give.
    const next = mine.split(':').with(4, '02').join(':');
    const heard: HeardCard[] = [{ switch: 'lan', vm: 'gone', mac: next }];
    must(await lab.execute(0, { op: 'vm.clone', args: { ...clone.args, heard } }));
    const [mac] = hostOf(lab, 0).vm('copy')!.macs;
    expect([mine, next]).not.toContain(mac);
  });
});

test('a new VM with the address of one on another host is warned of, in the log of its host', async () => {
  const lab = await begun(LINKED);
  const vm = { ...LINKED.hosts[0]!.vms[0]!, name: 'twin', nics: [{ switch: 'lan', address: '10.0.0.3/24' }] };
  must(await lab.execute(0, { op: 'vm.create', args: { vm } }));
  expect(warnings(lab, 0)).toEqual([
    ['twin', 'card.addressTaken', { vm: 'twin', address: '10.0.0.3', other: 'vm-right' }],
  ]);
});
