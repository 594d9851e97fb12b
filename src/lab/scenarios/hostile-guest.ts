/** The hostile guest: one VM tries to reach what is not its own, by its page tables and by its card, while another one works beside it. */
import type { Scenario } from '../scenario.ts';
import { at, host, scenario, teachingVm } from './parts.ts';

export function hostileGuest(): Scenario {
  const nic = (index: number) => [{ switch: 'lan', address: `10.0.0.${index}/24` }];
  const type = (text: string) => ({ op: 'console.input', args: { vm: 'hostile', text } }) as const;
  return scenario(
    7,
    [
      host([
        teachingVm('victim', { nics: nic(1), append: 'run=wss_256' }),
        teachingVm('hostile', { nics: nic(2) }),
      ]),
    ],
    [
      at(2, type('attack memory\n')),
      at(4, type('attack memory 0x90000000\n')),
      at(6, type('attack wild\n')),
      at(8, type('attack loop\n')),
    ],
  );
}
