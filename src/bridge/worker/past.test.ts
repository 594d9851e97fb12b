/** Taking a lab back: it is then what it was, bit for bit, and going back can itself be taken back. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { codeOf, open, type Started, scenario, start } from './fixtures/service.ts';
import { Browser } from './keeping/fixtures/browser.ts';

const MS = 1_000_000;
const nothing = (): void => undefined;
type Service = Pick<Started, 'service'>;

const type = async ({ service }: Service, text: string): Promise<void> => {
  must(await service.command(0, { op: 'console.input', args: { vm: 'a', text } }));
};
const runTo = async ({ service }: Service, at: number): Promise<void> => {
  must(await service.runTo(at, nothing));
};
async function hashOf({ service }: Service): Promise<{ at: number; lab: string }> {
  const { at, value } = must(await service.hash());
  return { at, lab: value.lab };
}

/** A lab with a line typed at 200 ms and another at 400 ms, at 600 ms; and what it was before the second. */
async function typedTwice(tab: Service): Promise<{ at300: string; at600: string }> {
  await runTo(tab, 200 * MS);
  await type(tab, 'echo one\n');
  await runTo(tab, 300 * MS);
  const at300 = await hashOf(tab);
  await runTo(tab, 400 * MS);
  await type(tab, 'echo two\n');
  await runTo(tab, 600 * MS);
  return { at300: at300.lab, at600: (await hashOf(tab)).lab };
}

test('a lab that is kept nowhere is taken back by repeating its run: same hash, and what came later is not in its log', async () => {
  const tab = await start();
  await open(tab);
  const { at300 } = await typedTwice(tab);
  const progress: number[] = [];
  const back = must(
    await tab.service.goBack({ kind: 'time', at: 300 * MS }, ({ stage, done }) => {
      if (stage === 'run') progress.push(done);
    }),
  );
  expect(back.serial).toBe(2);
  expect(progress.at(-1)).toBe(300 * MS);
  expect(await hashOf(tab)).toEqual({ at: 300 * MS, lab: at300 });
  expect(must(await tab.service.share('start')).commands).toBe(1);
  // It goes on as a lab in which the second line was never typed.
  await runTo(tab, 600 * MS);
  const other = await start();
  await open(other);
  await runTo(other, 200 * MS);
  await type(other, 'echo one\n');
  await runTo(other, 600 * MS);
  expect(await hashOf(tab)).toEqual(await hashOf(other));
});

test('from a kept checkpoint it is the same, and the present is kept before: going back can be taken back', async () => {
  const browser = new Browser();
  const tab = await browser.tab();
  await browser.open(tab);
  await browser.pass(1000);
  await tab.service.setSpeed({ running: false, rate: 1 });
  await tab.service.keepNow();
  const kept = await hashOf(tab);
  await type(tab, 'echo later\n');
  await runTo(tab, kept.at + 50 * MS);
  const between = await hashOf(tab);
  await runTo(tab, kept.at + 200 * MS);
  const last = await hashOf(tab);

  must(await tab.service.goBack({ kind: 'time', at: between.at }, nothing));
  expect(await hashOf(tab)).toEqual(between);
  must(await tab.service.goBack({ kind: 'time', at: kept.at - 100 * MS }, nothing));
  const { checkpoints } = await tab.service.keeping();
  // What is later than the present is of a run that was taken back.
  const later = checkpoints.filter(({ at }) => at > kept.at);
  expect(later.map(({ ofThisRun }) => ofThisRun)).not.toContain(true);
  const before = checkpoints.find(({ at }) => at === last.at)!;
  must(await tab.service.goBack({ kind: 'checkpoint', number: before.number }, nothing));
  expect(await hashOf(tab)).toEqual(last);
  expect(must(await tab.service.share('start')).commands).toBe(1);
  // Checkpoints of the lab that took the place are whole: the browser goes on with it.
  await tab.service.keepNow();
  browser.kill(tab);
  const second = await browser.tab();
  await browser.open(second);
  expect(await hashOf(second)).toEqual(last);
});

test('a time that has not come, and a checkpoint that is not there, change nothing', async () => {
  const tab = await start();
  expect(codeOf(await tab.service.goBack({ kind: 'time', at: 0 }, nothing))).toBe('no-lab');
  await open(tab);
  await runTo(tab, 200 * MS);
  const before = await hashOf(tab);
  expect(codeOf(await tab.service.goBack({ kind: 'time', at: 300 * MS }, nothing))).toBe('back.notPassed');
  expect(codeOf(await tab.service.goBack({ kind: 'checkpoint', number: 1 }, nothing))).toBe(
    'checkpoint.none',
  );
  expect(await hashOf(tab)).toEqual(before);
});

test('cancelled on the way, the lab stays what it is', async () => {
  const tab = await start();
  await open(tab, scenario());
  await runTo(tab, 2000 * MS);
  const before = await hashOf(tab);
  const back = tab.service.goBack({ kind: 'time', at: 1900 * MS }, ({ stage }) => {
    if (stage === 'run') void tab.service.cancel();
  });
  expect(codeOf(await back)).toBe('cancelled');
  expect(await hashOf(tab)).toEqual(before);
});

/** The serial number of the newest action whose command is so. */
async function actionOf({ service }: Service, op: string): Promise<{ serial: number; commands: number }> {
  const found = must(await service.history()).find(({ command }) => command.op === op);
  if (found === undefined) throw new Error(`no ${op}`);
  return found;
}

test('what would be if an action had not been: the run is repeated with all others, and that can be taken back', async () => {
  const tab = await start();
  await open(tab);
  await runTo(tab, 200 * MS);
  // Two keys that are one action.
  await type(tab, 'echo ');
  await type(tab, 'one\n');
  await runTo(tab, 400 * MS);
  must(await tab.service.command(0, { op: 'console.input', args: { vm: 'b', text: 'echo two\n' } }));
  await runTo(tab, 600 * MS);
  const before = await hashOf(tab);
  const first = must(await tab.service.history()).at(-1)!;
  expect(first).toMatchObject({ commands: 2, command: { args: { vm: 'a', text: 'echo one\n' } } });
  const { refused } = must(await tab.service.goBack({ kind: 'without', ...first }, nothing));
  expect(refused).toEqual([]);
  const without = await hashOf(tab);
  const other = await start();
  await open(other);
  await runTo(other, 400 * MS);
  must(await other.service.command(0, { op: 'console.input', args: { vm: 'b', text: 'echo two\n' } }));
  await runTo(other, 600 * MS);
  expect(without).toEqual(await hashOf(other));
  expect(must(await tab.service.history()).map(({ command }) => command.args)).toEqual([
    { vm: 'b', text: 'echo two\n' },
  ]);

  must(await tab.service.goBack({ kind: 'undone' }, nothing));
  expect(await hashOf(tab)).toEqual(before);
  must(await tab.service.goBack({ kind: 'undone' }, nothing));
  expect(await hashOf(tab)).toEqual(without);
});

test('later commands that do not apply without it are told of', async () => {
  const tab = await start();
  await open(tab);
  await runTo(tab, 100 * MS);
  must(await tab.service.command(0, { op: 'vm.pause', args: { vm: 'a' } }));
  await runTo(tab, 200 * MS);
  must(await tab.service.command(0, { op: 'vm.resume', args: { vm: 'a' } }));
  await type(tab, 'echo one\n');
  await runTo(tab, 300 * MS);
  const pause = await actionOf(tab, 'vm.pause');
  const { refused } = must(await tab.service.goBack({ kind: 'without', ...pause }, nothing));
  expect(refused).toMatchObject([{ command: { op: 'vm.resume' }, error: { code: 'wrong-state' } }]);
});

test('a command of the scenario can be left out as well, and the others are still its own', async () => {
  const tab = await start();
  const typed = (at: number, vm: string) =>
    ({ at, host: 0, op: 'console.input', args: { vm, text: 'echo\n' } }) as const;
  const source = scenario();
  if (source.kind !== 'scenario') throw new Error('a scenario');
  const commands = [typed(100 * MS, 'a'), typed(300 * MS, 'b')];
  await open(tab, { kind: 'scenario', scenario: { ...source.scenario, commands } });
  await runTo(tab, 400 * MS);
  const first = must(await tab.service.history()).at(-1)!;
  must(await tab.service.goBack({ kind: 'without', ...first }, nothing));
  expect(must(await tab.service.history())).toMatchObject([{ by: 'lab', at: 300 * MS }]);
});

test('from kept checkpoints the same, and what is not there is refused', async () => {
  const browser = new Browser();
  const tab = await browser.tab();
  await browser.open(tab);
  expect(codeOf(await tab.service.goBack({ kind: 'undone' }, nothing))).toBe('back.nothing');
  const none = { kind: 'without', serial: 0, commands: 1 } as const;
  expect(codeOf(await tab.service.goBack(none, nothing))).toBe('back.noAction');
  await browser.pass(1000);
  await tab.service.setSpeed({ running: false, rate: 1 });
  await tab.service.keepNow();
  await type(tab, 'echo later\n');
  const { at } = await hashOf(tab);
  await runTo(tab, at + 100 * MS);
  const before = await hashOf(tab);
  must(await tab.service.goBack({ kind: 'without', ...(await actionOf(tab, 'console.input')) }, nothing));
  expect((await hashOf(tab)).lab).not.toBe(before.lab);
  must(await tab.service.goBack({ kind: 'undone' }, nothing));
  expect(await hashOf(tab)).toEqual(before);
});
