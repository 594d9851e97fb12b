/** A lab whose hosts have somebody's own kinds: scenarios name them, links carry them, and a run repeats with them. */
import { expect, test } from 'vitest';
import type { Command } from '#hypervisor/commands';
import { cipheringVm, EXTENDED_ENVIRONMENT } from '#hypervisor/fixtures/extension/environment';
import { EXTENDED } from '#hypervisor/fixtures/extension/registries';
import { LocalHost } from '#hypervisor/local-host';
import type { QuestionId } from '#hypervisor/questions';
import { expectSameLab } from './fixtures/same-lab.ts';
import { ENGINE } from './fixtures/test-lab.ts';
import { Lab } from './lab.ts';
import { decodeLink, encodeLink } from './link.ts';
import type { Scenario } from './scenario.ts';
import { readScenario } from './versions.ts';

const MS = 1_000_000;
const makeHost = LocalHost.maker(ENGINE, EXTENDED_ENVIRONMENT);

/** Names and arguments that the product's own types know nothing of. */
const setKey = (key: number): Command =>
  ({ op: 'cipher.setKey', args: { vm: 'a', key } }) as object as Command;
const keysOf = (lab: Lab) => lab.ask(0, 'keys' as QuestionId, { vm: 'a' } as never);

function scenarioOf(): Scenario {
  const port = { forgetful: { etherType: 0x0800, passing: 1 } };
  const read = readScenario(
    {
      version: 1,
      hosts: [
        {
          name: 'h',
          switches: [{ name: 'lan' }],
          scheduler: { kind: 'unequal', stepNs: 500_000 },
          vms: [{ ...cipheringVm('a', 3), nics: [{ port }] }, cipheringVm('b', 4)],
        },
      ],
    },
    EXTENDED,
  );
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

test('a command of one’s own is checked by its shape, logged, and repeated by the link to the same state', async () => {
  const lab = await Lab.create(scenarioOf(), makeHost, EXTENDED);
  await lab.advance(20 * MS);
  expect(await lab.execute(0, setKey(256))).toMatchObject({
    ok: false,
    error: { code: 'scenario.tooLarge', where: 'args.key' },
  });
  expect(await lab.execute(0, setKey(0x20))).toMatchObject({ ok: true });
  await lab.advance(40 * MS);
  expect(lab.log.map(({ command }) => command)).toEqual([{ ...setKey(0x20), at: 20 * MS, host: 0 }]);

  const link = encodeLink(lab.record(), EXTENDED);
  if (!link.ok) throw new Error(JSON.stringify(link.error));
  const opened = decodeLink(link.value, EXTENDED);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const again = await Lab.create(opened.value, makeHost, EXTENDED);
  await again.advance(40 * MS);
  await expectSameLab(again, lab, { registries: EXTENDED });
  expect(await keysOf(again)).toEqual({ ok: true, value: { at: 40 * MS, value: [0x20] } });
});

test('who does not have these kinds refuses the link, and the command', async () => {
  const link = encodeLink({ ...scenarioOf(), commands: [] }, EXTENDED);
  if (!link.ok) throw new Error(JSON.stringify(link.error));
  expect(decodeLink(link.value)).toMatchObject({ ok: false, error: { code: 'scenario.unknownKey' } });
  const lab = await Lab.create(scenarioOf(), makeHost);
  expect(await lab.execute(0, setKey(1))).toMatchObject({ ok: false });
});
