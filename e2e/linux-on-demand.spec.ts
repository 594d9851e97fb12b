/** Linux is fetched when somebody asks for it, and says how far it has come; a lab without it costs none of its bytes. */
import type { Page } from 'playwright/test';
import type { Scenario } from '../src/lab/scenario.ts';
import { expect, HAS_LINUX, test } from './fixtures.ts';
import { labRuns, open, prompts } from './lab-page.ts';
import { labOf, linkOf } from './labs.ts';

test.skip(!HAS_LINUX, 'the site has no Linux');

const LINUX = { kind: 'builtin', name: 'linux-tiny' } as const;
const MEMORY = 0x400_0000;
/** Files of guests; the list of what there is is no guest. */
const FILES = /\/guests\/(?!guests\.json)/;

function filesAskedFor(page: Page): readonly string[] {
  const asked: string[] = [];
  page.context().on('request', (request) => {
    if (FILES.test(request.url())) asked.push(request.url());
  });
  return asked;
}

function withLinux(): Scenario {
  const lab = labOf(1, 1);
  const [host] = lab.hosts;
  const [vm] = host!.vms;
  return {
    ...lab,
    hosts: [{ ...host!, vms: [{ ...vm!, name: 'linux-1', image: LINUX, memoryBytes: MEMORY }] }],
  };
}

test('a lab without Linux fetches nothing of it, until a VM is created that needs it', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  const asked = filesAskedFor(page);
  await open(page, `${sites.isolated.url}#${linkOf(labOf(1, 1))}`, 1);
  await page.waitForFunction(() => document.documentElement.hasAttribute('data-calm'));
  expect(asked).toEqual([]);
  const created = await page.evaluate(
    ([image, memoryBytes]) => {
      const of = { image, memoryBytes, vcpus: 1, allocation: 'on-demand', disks: [], nics: [] } as const;
      const vm = { ...of, name: 'linux-2', autostart: true };
      return globalThis.virtlab.calls
        .command(0, { op: 'vm.create', args: { vm } })
        .then(() => globalThis.virtlab.calls.command(0, { op: 'vm.start', args: { vm: 'linux-2' } }));
    },
    [LINUX, MEMORY] as const,
  );
  expect(created).toMatchObject({ ok: true });
  expect(asked.length).toBeGreaterThan(0);
  await prompts(page, 'linux-2');
});

test('a lab with Linux says what is fetched and how much of it has come, and runs when it is there', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(FILES, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${sites.isolated.url}#${linkOf(withLinux())}`);
  await expect(page.getByRole('status')).toHaveText(/^Fetching \S+ 0 \/ [\d.]+ MiB$/);
  await expect(page.getByRole('progressbar', { name: 'Opening the lab' })).toHaveAttribute('value', '0');
  letGo();
  await labRuns(page, 1);
  await prompts(page, 'linux-1');
});
