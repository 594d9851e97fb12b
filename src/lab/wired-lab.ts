/** Who is plugged in where in a lab that runs, with the addresses that cards really have. */
import type { WiredLab } from '#base/card-conflicts';
import type { Result } from '#base/result';
import type { Timed } from '#hypervisor/port';
import type { AnswerOf } from '#hypervisor/questions';
import { linksOf } from './links-between.ts';
import type { Scenario } from './scenario.ts';

/** What of a lab is needed here. */
interface Asked {
  readonly scenario: Scenario;
  readonly hosts: readonly unknown[];
  answer(host: number, id: 'vms', args: object): Promise<Result<Timed<AnswerOf<'vms'>>>>;
}

/** A host that cannot be asked any more has nothing that is plugged in. */
export async function wiredLab(lab: Asked): Promise<WiredLab> {
  const hosts = await Promise.all(
    lab.hosts.map(async (_, index) => {
      const listed = await lab.answer(index, 'vms', {});
      const rows = listed.ok ? listed.value.value : [];
      return {
        vms: rows.map(({ spec: { name, nics }, macs }) => ({
          spec: {
            name,
            nics: nics.map((nic, card) => {
              const mac = nic.mac ?? macs[card];
              return mac === undefined ? nic : { ...nic, mac };
            }),
          },
        })),
      };
    }),
  );
  return { hosts, links: linksOf(lab.scenario) };
}
