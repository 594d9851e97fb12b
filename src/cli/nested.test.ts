/**
 * Virtualization on the emulated machine, by software that is not ours: OpenSBI and Linux own a bare hart, KVM in that Linux runs a guest by
 * the hypervisor extension. What KVM counts and what the hart counts must be the same. Where nobody has packaged that kernel there is
 * no such test, and the summary says so.
 */
import { afterAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { NS_PER_MS, NS_PER_S } from '#base/virtual-time';
import type { AnswerOf } from '#hypervisor/questions';
import { trapCauseName } from '#isa/trap-causes';
import { missingRequirements } from '#tools/prerequisites';
import { NestedMachine } from './fixtures/nested-machine.ts';
import { openLab } from './open-lab.ts';

const PACKAGED = missingRequirements().some(({ name }) => name === 'linux-nested') ? [] : ['linux-nested'];
const machines: NestedMachine[] = [];
afterAll(() => {
  for (const machine of machines) machine.close();
});

/** A counter of KVM's, as the VMM has printed it last. */
function counted(text: string, name: string): number {
  return Number(text.match(new RegExp(`^kvm: ${name} (\\d+)\\r?$`, 'm'))?.[1]);
}

test.each(PACKAGED)(
  '%s on a bare machine: the guest of its KVM prints and answers, and its exits are those that the hart has counted',
  () => {
    const nested = new NestedMachine();
    machines.push(nested);
    const exits = (cause: string): number =>
      nested.platform
        .traps('hypervisor')
        .find(({ code, isInterrupt }) => trapCauseName(code, isInterrupt) === cause)?.count ?? 0;
    const all = (): number => nested.platform.traps('hypervisor').reduce((sum, { count }) => sum + count, 0);
    nested.until('# ');
    expect(all()).toBe(0);

    nested.type('vmm');
    expect(nested.until('inner> ')).toContain('inner: hello from VS-mode');
    nested.type('echo what was typed');
    expect(nested.until('inner> ')).toContain('\nwhat was typed');
    const faults = exits('store-guest-page-fault');
    nested.type('touch 40');
    nested.until('inner> ');
    expect(exits('store-guest-page-fault') - faults).toBe(40);

    nested.type('off');
    const end = nested.until('# ');
    expect(end).toContain('vmm: the guest is off');
    expect(counted(end, 'exits')).toBe(all());
    expect(counted(end, 'wfi_exit_stat')).toBe(exits('virtual-instruction'));
    expect(counted(end, 'mmio_exit_user')).toBe(exits('load-guest-page-fault'));
    expect(exits('ecall-from-vs')).toBeGreaterThan(counted(end, 'ecall_exit_stat'));

    nested.type('poweroff -f');
    expect(nested.until('Power down')).toBeDefined();
  },
  120_000,
);

test.each(PACKAGED)(
  'the lab %s is such a machine as a host: what is typed is a command, and its levels and walks are asked for',
  async () => {
    const lab = must(await openLab('nested'));
    const type = async (text: string): Promise<void> => {
      must(await lab.execute(0, { op: 'host.type', args: { text: `${text}\n` } }));
    };
    const bare = async () => must(await lab.ask(0, 'bare', {})).value as AnswerOf<'bare'>;
    const until = async (text: string): Promise<AnswerOf<'bare'>> => {
      for (const end = lab.now + 30 * NS_PER_S; lab.now < end; ) {
        await lab.advance(lab.now + 20 * NS_PER_MS);
        const answer = await bare();
        if (answer.console.endsWith(text)) return answer;
      }
      throw new Error((await bare()).console);
    };
    try {
      await until('# ');
      await type('vmm');
      await until('inner> ');
      await type('touch 3');
      const { traps, harts } = await until('inner> ');
      expect(traps.hypervisor.map(({ cause }) => cause)).toContain('store-guest-page-fault');
      expect(harts[0]?.tables).toMatchObject([{ mode: 8 }, { mode: 8 }, { register: 'hgatp', mode: 8 }]);
      const { value } = must(await lab.ask(0, 'bare-walk', { address: '0x40002000' }));
      expect(value).toMatchObject({ gpa: '0x80402000', vsMode: 'sv39', references: { native: 3 } });
      expect((value as AnswerOf<'bare-walk'>).steps.length).toBe(15);
    } finally {
      lab.close();
    }
  },
  120_000,
);

test('what the hart counts has the names of the specification', () => {
  expect(trapCauseName(23, false)).toBe('store-guest-page-fault');
  expect(trapCauseName(10, true)).toBe('virtual-supervisor-external-interrupt');
  expect(trapCauseName(14, false)).toBe('exception-14');
});
