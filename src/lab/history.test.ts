import { expect, test } from 'vitest';
import type { Command } from '#hypervisor/commands';
import { startLab } from './fixtures/test-lab.ts';
import { historyOf, MOST_ACTIONS } from './history.ts';
import type { LoggedCommand, Scenario } from './scenario.ts';
import { firstVisit } from './scenarios/first-visit.ts';

const NAME = 'teach-1';
const SCENARIO: Scenario = {
  ...firstVisit({ linux: false }),
  commands: [{ op: 'console.input', args: { vm: NAME, text: 'x' }, at: 0, host: 0 }],
};
const done = (command: Command, at = 1): LoggedCommand => ({ command: { ...command, at, host: 0 } });
const typing = (text: string, at: number, vm = NAME): LoggedCommand =>
  done({ op: 'console.input', args: { vm, text } }, at);
const history = (...log: LoggedCommand[]) => historyOf(SCENARIO, log);

test('what a scenario commands and what a person does are told apart, also once the log has been text', async () => {
  const lab = await startLab(SCENARIO);
  await lab.execute(0, { op: 'vm.pause', args: { vm: NAME } });
  await lab.execute(0, { op: 'console.input', args: { vm: NAME, text: 'x' } });
  const told = (log: readonly LoggedCommand[]) =>
    historyOf(lab.scenario, log).map((action) => [action.command.op, action.by]);
  const expected = [
    ['console.input', 'person'],
    ['vm.pause', 'person'],
    ['console.input', 'lab'],
  ];
  expect(told(lab.log)).toEqual(expected);
  expect(told(JSON.parse(JSON.stringify(lab.log)))).toEqual(expected);
});

test('a command of the scenario is its own when keys stand in another order, as in one that was read again', () => {
  const was = { name: 'r', kind: 'router', routes: [] };
  const remove = (given: object) =>
    ({ op: 'network.removeAppliance', args: { appliance: 'r', was: given } }) as unknown as Command;
  const scenario = { ...SCENARIO, commands: [{ ...remove(was), at: 1, host: 0 }] };
  const by = (given: object) => historyOf(scenario, [done(remove(given))]).map((action) => action.by);
  expect(by({ routes: [], kind: 'router', name: 'r' })).toEqual(['lab']);
  expect(by({ ...was, name: 'other' })).toEqual(['person']);
});

test('keys typed one after the other into a console are one action, with the time of the first and the last', () => {
  const [other, first] = history(typing('l', 5), typing('s', 7), typing('a', 9, 'teach-2'));
  expect(first).toMatchObject({ at: 5, until: 7, command: { args: { text: 'ls' } } });
  expect(other).toMatchObject({ at: 9, command: { args: { vm: 'teach-2' } } });
});

test('what was refused says why, and needs no undo', () => {
  const error = { code: 'wrong-state', data: {} } as const;
  const [action] = history({ ...done({ op: 'vm.resume', args: { vm: NAME } }), error });
  expect(action).toMatchObject({ error });
  expect(action).not.toHaveProperty('undo');
});

test('the command that takes an action back is known where there is one', () => {
  const inverses: readonly [Command, Command][] = [
    [
      { op: 'vm.start', args: { vm: NAME } },
      { op: 'vm.powerOff', args: { vm: NAME } },
    ],
    [
      { op: 'vm.pause', args: { vm: NAME } },
      { op: 'vm.resume', args: { vm: NAME } },
    ],
    [
      { op: 'vm.resume', args: { vm: NAME } },
      { op: 'vm.pause', args: { vm: NAME } },
    ],
    [
      { op: 'vm.setLink', args: { vm: NAME, card: 0, up: false } },
      { op: 'vm.setLink', args: { vm: NAME, card: 0, up: true } },
    ],
    [
      { op: 'vm.renameSnapshot', args: { vm: NAME, snapshot: 'a', name: 'b' } },
      { op: 'vm.renameSnapshot', args: { vm: NAME, snapshot: 'b', name: 'a' } },
    ],
    [
      { op: 'vm.snapshot', args: { vm: NAME, name: 'a' } },
      { op: 'vm.deleteSnapshot', args: { vm: NAME, snapshot: 'a' } },
    ],
  ];
  for (const [command, undo] of inverses) expect(history(done(command))[0]?.undo).toEqual({ command: undo });
});

test('where there is none, it is said why', () => {
  const why = (...log: LoggedCommand[]) => history(...log).map(({ undo }) => undo);
  expect(why(typing('ls', 1))).toEqual([{ why: 'read' }]);
  expect(why(done({ op: 'vm.delete', args: { vm: NAME } }))).toEqual([{ why: 'gone' }]);
  expect(why(done({ op: 'vm.clone', args: { vm: NAME, name: 'b' } }))).toEqual([{ why: 'made' }]);
  expect(why(done({ op: 'vm.snapshot', args: { vm: NAME, name: 'a', with: ['teach-2'] } }))).toEqual([
    { why: 'gone' },
  ]);
  const [resume, pause] = why(
    done({ op: 'vm.pause', args: { vm: NAME } }),
    done({ op: 'vm.resume', args: { vm: NAME } }),
  );
  expect([resume, pause]).toEqual([{ command: { op: 'vm.pause', args: { vm: NAME } } }, { why: 'since' }]);
});

test('what sets something is taken back by what was set before, or as the lab began', () => {
  const weigh = (weight: number): LoggedCommand => done({ op: 'vm.setCpu', args: { vm: NAME, weight } });
  const by = (kind: string): LoggedCommand =>
    done({ op: 'host.setScheduler', args: { scheduler: { kind } } });
  const undone = (...log: LoggedCommand[]) => (history(...log)[0]!.undo as { command?: Command }).command;
  expect(undone(weigh(300))).toEqual({ op: 'vm.setCpu', args: { vm: NAME } });
  expect(undone(weigh(300), weigh(50))).toMatchObject({ args: { weight: 300 } });
  const refused = { ...weigh(7), error: { code: 'wrong-state', data: {} } } as const;
  expect(undone(weigh(300), refused, weigh(50))).toMatchObject({ args: { weight: 300 } });
  expect(undone(by('fair'))).toMatchObject({ args: { scheduler: { kind: 'round-robin' } } });
  expect(undone(by('fair'), by('credit'))).toMatchObject({ args: { scheduler: { kind: 'fair' } } });
  expect(undone(done({ op: 'vm.setVcpus', args: { vm: NAME, vcpus: 1 } }))).toMatchObject({
    args: { vcpus: 1 },
  });
});

test('typing at a VM does not keep its cable from being put back', () => {
  const pulled = done({ op: 'vm.setLink', args: { vm: NAME, card: 0, up: false } });
  expect(history(pulled, typing('ping', 3))[1]?.undo).toHaveProperty('command');
});

test('however long the log, so many of the newest are told', () => {
  const log = Array.from({ length: MOST_ACTIONS + 50 }, (_, at) =>
    done({ op: at % 2 === 0 ? 'vm.pause' : 'vm.resume', args: { vm: NAME } }, at),
  );
  const told = history(...log);
  expect(told).toHaveLength(MOST_ACTIONS);
  expect(told[0]?.at).toBe(MOST_ACTIONS + 49);
});
