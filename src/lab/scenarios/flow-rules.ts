/**
 * A network that is told what to do, by rules of match, action and priority: a client's packets are dropped, those of its pings are not,
 * since that rule comes first. From the twelfth second on it comes last, and the pings end too; another client's go on.
 */
import type { Scenario } from '../scenario.ts';
import { at, host, scenario, teachingVm, type } from './parts.ts';

export function flowRules(): Scenario {
  const vm = (name: string, index: number) =>
    teachingVm(name, { nics: [{ switch: 'lan', address: `10.0.0.${index}/24` }] });
  const rules = (ofPings: number) => ({
    rules: [
      { priority: ofPings, sourceIp: '10.0.0.2/32', protocol: 'icmp', action: 'normal' },
      { priority: 100, sourceIp: '10.0.0.2/32', action: 'drop' },
    ],
    miss: 'normal',
  });
  const set = (settings: ReturnType<typeof rules>, was: ReturnType<typeof rules> | null) =>
    ({ op: 'switch.set', args: { switch: 'lan', part: 'rules', settings, was } }) as const;
  return scenario(
    47,
    [host([vm('server', 1), vm('client', 2), vm('other', 3)], { harts: 3 })],
    [
      at(2, type('client', 'traffic 10.0.0.1 64; ping 10.0.0.1 400 250')),
      at(2, type('other', 'ping 10.0.0.1 400 250')),
      at(6, set(rules(200), null)),
      at(12, set(rules(50), rules(200))),
    ],
  );
}
