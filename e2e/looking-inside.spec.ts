/** What the page shows of the machine is what the machine has: walks, charts, frames. */
import type { Locator, Page } from 'playwright/test';
import { FRAME_STATES } from '../src/base/catalogue/frame-states.ts';
import { type FrameOwner, frameOwnerOf } from '../src/base/views.ts';
import type { Host } from '../src/hypervisor/host.ts';
import { ROOM } from '../src/ui/parts/chart/paint.ts';
import { vmColor } from '../src/ui/parts/palette.ts';
import { expect, test } from './fixtures.ts';
import { labOfLink } from './headless-lab.ts';
import {
  badges,
  consoleText,
  hashesOf,
  later,
  open,
  openVmPage,
  press,
  prompts,
  runTo,
  sharedLink,
  typeLine,
} from './lab-page.ts';
import { labOf, linkOf, WITHOUT_LINUX } from './labs.ts';

const PAGE = 4096;
const FIRST_FRAME = 0x8000_0000 / PAGE;

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** A hexadecimal number as the page groups its digits. */
function numberIn(text: string | null): number {
  return Number((text ?? '').replace(/^.*0x/, '0x').replaceAll(/\s/g, ''));
}

/**
 * Steps a paused lab, quantum by quantum, to a moment at which an address of the running process leads to a frame other
 * than `old`. A guest that waits for a key has its kernel's page table, not the shell's; and a quantum may end when the
 * shell runs already, but has not yet replaced what it had mapped there before.
 */
async function stepUntilNewFrame(page: Page, address: string, old: number | undefined): Promise<number> {
  const step = page.getByRole('button', { name: 'One step' });
  for (let steps = 0; steps < 300; steps++) {
    await step.click();
    const spa = await page.evaluate(async (gva) => {
      const answer = await globalThis.virtlab.calls.ask(0, 'walk', {
        vm: 'vm-1',
        vcpu: 0,
        address: gva,
        access: 'load',
      });
      return answer.ok ? answer.value.value.spa : undefined;
    }, address);
    if (spa !== undefined && Number(spa) !== old) return Number(spa);
  }
  throw new Error('the guest never mapped a new frame at the address');
}

test('a guest writes a page-table entry, and the walk shows the new frame', async ({ sites, visit }) => {
  const page = await visit();
  // Nobody else is there to take the hart while the steps are counted.
  await open(page, `${sites.isolated.url}#${linkOf(labOf(1, 1))}`, 1);
  await prompts(page, 'vm-1');
  const address = '0x50000000';
  let last: number | undefined;
  for (let round = 0; round < 2; round++) {
    await openVmPage(page, 'vm-1', 'Overview');
    await press(page, 'Pause');
    const before = (await consoleText(page, 'vm-1')).length;
    // What comes after keeps the shell at work, so that its page table is there to be looked at.
    await typeLine(page, 'vm-1', `map ${address}; help`);
    await page.getByRole('tab', { name: 'Address walk' }).click();
    await page.getByLabel('Guest virtual address').fill(address);
    await page.getByRole('button', { name: 'Walk', exact: true }).click();
    const result = page.getByTestId('walk-result');
    await expect(result).toContainText('GVA 0x5000 0000');
    await expect(result).toContainText('no SPA');
    await expect(result).toContainText('the entry is not valid');

    const shown = async () => (await result.getByText(/^(?:GVA|GPA|SPA) /).allTextContents()).map(numberIn);
    const mapped = await stepUntilNewFrame(page, address, last);
    await expect.poll(async () => (await shown())[2], 'the walk on the page follows').toBe(mapped);
    const [, gpa, spa] = await shown();
    const leaf = page.locator('[data-testid="walk-cell"][data-stage="VS"][data-kind="leaf"]');
    const entry = numberIn(await leaf.getByText(/^0x/).textContent());
    // The host's own list of frames says that the VM has this frame at this place.
    await page.locator('[data-testid="walk-cell"][data-stage="G"][data-kind="leaf"]').last().click();
    await page.getByRole('button', { name: 'Its frame on the map' }).click();
    const detail = page.getByTestId('frame-detail');
    await expect(detail).toContainText(`Frame ${hex(spa! / PAGE)} at SPA ${hex(spa!)}: vm-1, memory.`);
    await expect(detail).toContainText(`vm-1 sees it as gfn ${hex(gpa! / PAGE)}, rwx`);

    // And the guest says that it wrote just this.
    await press(page, 'Run');
    const answer = /is (0x[0-9a-f]+); 0x[0-9a-f]+ leads to (0x[0-9a-f]+)/;
    await expect.poll(async () => (await consoleText(page, 'vm-1')).slice(before)).toMatch(answer);
    const [, written, frame] = answer.exec((await consoleText(page, 'vm-1')).slice(before))!;
    expect(entry, 'the entry in the grid').toBe(Number(written));
    expect(gpa, 'the frame of the walk').toBe(Number(frame));
    last = spa;
    await expect
      .poll(async () => (await consoleText(page, 'vm-1')).slice(before))
      .toMatch(/Ctrl-C ends[\s\S]*vm-1\$ $/);
  }
});

test('a walk in the space of a process says what the guest says, plays step by step, and names the entry that stops it', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  await prompts(page, 'teach-1');
  await openVmPage(page, 'teach-1', 'Overview');
  await typeLine(page, 'teach-1', 'map 0x400000; poke 0x400000 7; walk 0x400000');
  await expect.poll(() => consoleText(page, 'teach-1')).toMatch(/PA 0x/);
  const [, physical] = /PA (0x[0-9a-f]+)/.exec(await consoleText(page, 'teach-1'))!;

  await page.getByRole('tab', { name: 'Address walk' }).click();
  await page.getByLabel('Guest virtual address').fill('0x400000');
  await page.getByRole('button', { name: 'Walk', exact: true }).click();
  const result = page.getByTestId('walk-result');
  const cells = page.getByTestId('walk-cell');
  const stopping = page.locator('[data-testid="walk-cell"][data-fault]');
  // The shell waits for a key: the vCPU is in the kernel's own space, which has nothing there.
  await expect(page.getByTestId('walk-facts')).toContainText('In the space of the kernel');
  await expect(stopping).toContainText('VS 2');
  await expect(stopping).toContainText('the entry is not valid');

  await page.getByTestId('walk-elsewhere').getByRole('button', { name: 'process 1, shell' }).click();
  await expect(page.getByLabel('Address space')).toHaveValue('pid:1');
  await expect(result).toContainText('GPA');
  const shown = (await result.getByText(/^(?:GVA|GPA|SPA) /).allTextContents()).map(numberIn);
  expect(shown[1], 'where the guest says that it is').toBe(Number(physical));
  await expect(stopping).toHaveCount(0);
  await expect(cells).toHaveCount(15);

  const player = page.getByTestId('walk-player');
  const reached = page.locator('[aria-current="step"]');
  await player.getByRole('button', { name: 'Next step of the walk' }).click();
  await expect(player).toContainText('Step 1 of 16.');
  await page.keyboard.press('ArrowRight');
  await expect(reached).toContainText('G 1');
  await page.keyboard.press('End');
  await expect(player).toContainText('The access is made at SPA');
  await page.keyboard.press('Home');
  await player.getByRole('button', { name: 'Play the walk' }).click();
  await expect(player).toContainText('Step 3 of 16.');
  await player.getByRole('button', { name: 'Pause the walk' }).click();
  await player.getByRole('button', { name: 'Show all' }).click();
  await expect(reached).toHaveCount(0);

  // Two views of one vCPU say the same of it.
  await expect(page.getByTestId('walk-facts')).toContainText(/vCPU 0 .*on no hart \(last 0\)/);
  await page.getByRole('tab', { name: 'Devices' }).click();
  await expect(page.getByRole('cell', { name: 'on no hart (last 0)' })).toBeVisible();
  await page.getByRole('tab', { name: 'Address walk' }).click();
  await page.getByRole('button', { name: 'Power off' }).click();
  await expect(page.getByText('teach-1 is off: it has neither memory nor registers')).toBeVisible();
  await expect(cells).toHaveCount(0);
});

/** Colour of a VM's curves. */
async function colorOf(page: Page, vm: string): Promise<string> {
  const slot = await page.evaluate(
    (name) => globalThis.virtlab.lab()?.hosts[0]?.vms.find(({ spec }) => spec.name === name)?.slot,
    vm,
  );
  return vmColor(slot ?? -1);
}

/**
 * The heights of a drawn curve, 0 to 1, read from the picture itself: where its colour is, in each column of pixels of the
 * newest `share` of the stretch. What is not drawn is left out.
 */
async function drawnValues(chart: Locator, color: string, share: number): Promise<number[]> {
  return chart.locator('canvas').evaluate(
    (canvas, { color, share, room }) => {
      if (!(canvas instanceof HTMLCanvasElement)) return [];
      const context = canvas.getContext('2d');
      const scale = globalThis.devicePixelRatio;
      const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
      const right = canvas.width - room.right * scale;
      const bottom = canvas.height - room.bottom * scale;
      const top = room.top * scale;
      const width = Math.floor((right - room.left * scale) * share);
      const { data } = context?.getImageData(right - width, 0, width, canvas.height) ?? { data: [] };
      const values: number[] = [];
      for (let x = 0; x < width; x++) {
        const found: number[] = [];
        for (let y = 0; y < canvas.height; y++) {
          const [r, g, b, alpha] = data.slice((y * width + x) * 4, (y * width + x) * 4 + 4);
          const distance =
            Math.abs((r ?? 0) - (red ?? 0)) +
            Math.abs((g ?? 0) - (green ?? 0)) +
            Math.abs((b ?? 0) - (blue ?? 0));
          if ((alpha ?? 0) > 100 && distance < 60) found.push(y + 0.5);
        }
        const height = found.reduce((sum, y) => sum + y, 0) / found.length;
        if (found.length > 0) values.push((bottom - height) / (bottom - top));
      }
      return values;
    },
    { color, share, room: ROOM },
  );
}

test('a guest that wants 30 % of a hart draws 30 %, and one that is paused draws nothing', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  // `steady` runs `cpu 30`; `busy` takes all that it gets of the same hart.
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await openVmPage(page, 'steady');
  await page.getByText('10 s', { exact: true }).click();
  const chart = page.getByRole('figure').filter({ hasText: 'CPU' }).first();
  const color = await colorOf(page, 'steady');
  // A stretch of ten seconds that is drawn from its beginning to its end.
  await expect.poll(() => page.evaluate(() => globalThis.virtlab.status().virtualNs)).toBeGreaterThan(11e9);
  await expect.poll(async () => (await drawnValues(chart, color, 0.3)).length).toBeGreaterThan(50);
  const values = (await drawnValues(chart, color, 0.3)).map((value) => value * 100);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  console.log(
    `  cpu 30 beside a busy neighbour: mean ${mean.toFixed(1)} %, ` +
      `from ${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)} %`,
  );
  expect(mean).toBeGreaterThanOrEqual(27);
  expect(mean).toBeLessThanOrEqual(33);
  const said = Number.parseFloat((await chart.getByTestId('now').textContent()) ?? '');
  expect(said, 'the number beside the title').toBeGreaterThanOrEqual(27);
  expect(said).toBeLessThanOrEqual(33);

  await page
    .getByRole('toolbar', { name: 'Actions for steady' })
    .getByRole('button', { name: 'Pause' })
    .click();
  await expect(badges(page)).toHaveText('paused');
  // The line is drawn on that of 0 %, and is as thick as 2 %.
  await expect
    .poll(async () =>
      Math.max(
        1 - (await drawnValues(chart, color, 0.08)).length,
        ...(await drawnValues(chart, color, 0.08)).map(Math.abs),
      ),
    )
    .toBeLessThan(0.02);
  await expect(chart.getByTestId('now')).toHaveText('0 %');
});

interface Frame {
  readonly owner: FrameOwner;
  readonly state: string;
  readonly gfn: number;
}

function framesOf(host: Host): Frame[] {
  const { owners, states, guestFrames, count } = host.frames;
  return Array.from({ length: count }, (_, index) => ({
    owner: frameOwnerOf(owners[index] ?? 0),
    state: FRAME_STATES[states[index] ?? 0]?.id ?? 'free',
    gfn: guestFrames[index] ?? 0,
  }));
}

/** As the page writes them. */
const STATE_TEXTS: Readonly<Record<string, string>> = { data: 'memory', 'page-table': 'page table' };

test('the frame table is the list of the allocator', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  const at = await later(page, 1_500_000_000);
  await runTo(page, at);
  const fragment = await sharedLink(page, 'start');
  // The same machine on Node, at the same virtual time.
  const { host } = await labOfLink(fragment, at);
  const frames = framesOf(host);
  const nameOf = (owner: FrameOwner): string =>
    typeof owner === 'number' ? (host.vms().find(({ slot }) => slot === owner)?.spec.name ?? '') : owner;
  const textOf = ({ owner, state }: Frame): string => `${nameOf(owner)} ${STATE_TEXTS[state] ?? state}`;

  await page.getByRole('button', { name: 'host-1' }).first().click();
  await page.getByRole('tab', { name: 'Memory' }).click();
  const totals = page.getByRole('table', { name: 'Totals by owner and state' }).locator('tbody tr');
  await expect(totals.first()).toBeVisible();
  const shown = await totals.evaluateAll((rows) =>
    rows.map((row) => {
      const [owner, state, count] = [...row.children].map((cell) => (cell.textContent ?? '').trim());
      return [`${owner} ${state}`, Number(count?.replaceAll(',', ''))] as const;
    }),
  );
  const expected = new Map<string, number>();
  for (const frame of frames) expected.set(textOf(frame), (expected.get(textOf(frame)) ?? 0) + 1);
  expect(new Map(shown)).toEqual(expected);
  expect(expected.size, 'free frames, and memory and page tables of every VM').toBeGreaterThanOrEqual(
    1 + 2 * host.vms().length,
  );

  const table = page.getByTestId('frame-table').locator('tbody tr');
  for (const vm of host.vms()) {
    const own = frames.flatMap((frame, index) =>
      frame.owner === vm.slot ? [{ ...frame, spfn: index + FIRST_FRAME }] : [],
    );
    await page.getByLabel('Owner', { exact: true }).selectOption({ label: vm.spec.name });
    await expect(page.getByRole('main')).toContainText(`${own.length.toLocaleString('en-GB')} frames`);
    for (let turned = 0; turned < 2; turned++) {
      const rows = own.slice(turned * 16, turned * 16 + 16);
      await expect(table.first().locator('td').first()).toHaveText(`0x${rows[0]!.spfn.toString(16)}`);
      const cells = await table.evaluateAll((all) =>
        all.map((row) => [...row.children].map((cell) => (cell.textContent ?? '').trim())),
      );
      // Use and accesses stand between: what they say, the tests of the map have.
      expect(cells.map((row) => [...row.slice(0, 4), row.at(-1)])).toEqual(
        rows.map(({ spfn, state, gfn }) => [
          `0x${spfn.toString(16)}`,
          `0x${(spfn * PAGE).toString(16)}`,
          vm.spec.name,
          STATE_TEXTS[state] ?? state,
          state === 'data' ? `${vm.spec.name} 0x${gfn.toString(16)} rwx` : '',
        ]),
      );
      await page.getByRole('button', { name: 'Next page' }).click();
    }
  }

  // What the table asks for, all of it.
  const all = await page.evaluate(async (first) => {
    const list: string[] = [];
    for (let from = first; ; from += 1024) {
      const answer = await globalThis.virtlab.calls.ask(0, 'frames', { from, count: 1024 });
      if (!answer.ok) throw new Error(answer.error.code);
      const { rows } = answer.value.value;
      if (rows.length === 0) return list;
      for (const { owner, state, mappings } of rows) list.push(`${owner} ${state} ${mappings[0]?.gfn ?? ''}`);
    }
  }, FIRST_FRAME);
  expect(all).toEqual(
    frames.map(
      ({ owner, state, gfn }) =>
        `${owner} ${state} ${typeof owner === 'number' && state === 'data' ? gfn : ''}`,
    ),
  );
});

/** A size of the frame map at which a cell has an inside and an edge. */
const CELL = 8;
const MAP = 'Map of the host’s frames';

/** Owner and state of every frame, as the page's own copy of the shared view has them. */
function frameBytes(page: Page): Promise<{ owners: number[]; states: number[] }> {
  return page.evaluate(() => {
    const view = globalThis.virtlab.view(0)!;
    return { owners: [...view.owners], states: [...view.states] };
  });
}

/** Chooses a frame by its address. */
async function goToFrame(page: Page, frame: number): Promise<void> {
  const spfn = hex(frame + FIRST_FRAME);
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, `?view=host&host=0&tab=memory&frame=${spfn}`);
  await expect(page.getByTestId('frame-detail')).toContainText(`Frame ${spfn} `);
}

/** Pixels of a cell of `CELL` on the frame map, RGB, as they are on the canvas; the frame is chosen, so that it is seen. */
async function cellPixels(page: Page, frame: number): Promise<readonly string[]> {
  return page.getByRole('slider', { name: MAP }).evaluate(
    async (map, { cell, index }) => {
      for (let frames = 0; frames < 10; frames++) await new Promise(requestAnimationFrame);
      const canvas = map.querySelector('canvas')!;
      const columns = Number(map.dataset['columns']);
      const [size, x, y] = (map.dataset['view'] ?? '').split(' ').map(Number);
      if (size !== cell || devicePixelRatio !== 1) throw new Error(`frames of ${size} pixels`);
      const left = (index % columns) * cell - x!;
      const top = Math.floor(index / columns) * cell - y!;
      const { data } = canvas.getContext('2d')!.getImageData(left, top, cell, cell);
      return Array.from({ length: cell * cell }, (_, n) => `rgb(${data.slice(n * 4, n * 4 + 3).join(', ')})`);
    },
    { cell: CELL, index: frame },
  );
}

/** Pixels inside of a cell: the last line of pixels parts cells. */
function inside(pixels: readonly string[]): readonly string[] {
  return pixels.filter((_, n) => n % CELL < CELL - 1 && n < CELL * (CELL - 1));
}

test("a store to a page never touched turns one pixel into the VM's colour (stops 13 to 15)", async ({
  sites,
  visit,
}) => {
  const page = await visit({ moves: true });
  await open(page, sites.isolated.url);
  for (const vm of (await page.evaluate(() => globalThis.virtlab.lab()!.hosts[0]!.vms)).slice(1))
    await page.evaluate(
      (name) => globalThis.virtlab.calls.command(0, { op: 'vm.pause', args: { vm: name } }),
      vm.spec.name,
    );
  await openVmPage(page, 'teach-1', 'Overview');
  await prompts(page, 'teach-1');
  const said = /leads to (0x[0-9a-f]+), which nobody has touched\s+store: done[^$]*\$ $/;
  // The first time the shell touches pages of its own too; the second time only the store's is new.
  await typeLine(page, 'teach-1', 'store');
  await expect.poll(() => consoleText(page, 'teach-1')).toMatch(said);
  await press(page, 'Pause');
  const from = (await consoleText(page, 'teach-1')).length;
  // What the page knows of the lab's time is old on a busy machine: the lab itself says where it stands.
  const { at } = await hashesOf(page);
  await typeLine(page, 'teach-1', 'store');
  await page.getByRole('button', { name: 'host-1' }).first().click();
  await page.getByRole('tab', { name: 'Memory' }).click();
  await expect(page.getByRole('slider', { name: MAP }).locator('canvas')).toBeVisible();
  const before = await frameBytes(page);

  // What the recorder on Node says of the same store at the same time: stops 1 to 12.
  const { lab, host } = await labOfLink(await sharedLink(page, 'start'), at);
  host.trace.arm(1);
  await lab.advance(at + 500_000_000);
  const stops = host.trace.entries();
  expect(stops.map(({ stop }) => stop).at(-1)).toBe('resume');
  const mapped = stops.find(({ stop }) => stop === 'map')!.data;
  const frame = Number(mapped['spfn']) - FIRST_FRAME;
  // The frame below it is chosen, so that it is seen and has no mark around it.
  await goToFrame(page, frame + 2);
  while ((await page.getByTestId('frame-size').textContent()) !== `${CELL} px`)
    await page.getByRole('button', { name: 'Larger frames' }).click();
  // On a busy machine the canvas is painted later than its size is said.
  let free: readonly string[] = [];
  await expect
    .poll(
      async () => {
        free = await cellPixels(page, frame);
        return new Set(inside(free)).size;
      },
      { message: 'a free cell is plain' },
    )
    .toBe(1);
  expect(FRAME_STATES[before.states[frame]!]?.id).toBe('free');

  // 14: views are read in animation frames, and once in each.
  await page.evaluate(() => {
    const { virtlab } = globalThis;
    const counts = { frames: 0, reads: 0, most: 0 };
    let inFrame = 0;
    const read = virtlab.readViews.bind(virtlab);
    virtlab.readViews = () => {
      counts.reads += 1;
      inFrame += 1;
      counts.most = Math.max(counts.most, inFrame);
      read();
    };
    const tick = (): void => {
      counts.frames += 1;
      inFrame = 0;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    Object.assign(globalThis, { counts });
  });
  await press(page, 'Run');
  await expect.poll(async () => (await consoleText(page, 'teach-1')).slice(from)).toMatch(said);
  await press(page, 'Pause');
  const counts = await page.evaluate(
    () => (globalThis as unknown as { counts: { frames: number; reads: number; most: number } }).counts,
  );
  expect(counts.reads).toBeGreaterThan(0);
  expect(counts.most, 'reads in one animation frame').toBe(1);

  // 13: in the shared views the frame has changed hands, and no other has.
  const after = await frameBytes(page);
  const changed = after.owners.flatMap((owner, index) =>
    owner !== before.owners[index] || after.states[index] !== before.states[index] ? [index] : [],
  );
  expect(changed.map(hex)).toEqual([hex(frame)]);
  const vm = host.vms()[0]!;
  expect(frameOwnerOf(before.owners[frame]!)).toBe('free');
  expect(frameOwnerOf(after.owners[frame]!)).toBe(vm.slot);
  expect(FRAME_STATES[after.states[frame]!]?.id).toBe('data');
  const gpa = numberIn(said.exec((await consoleText(page, 'teach-1')).slice(from))![1]!);
  expect(Math.floor(gpa / PAGE), 'the page of which the guest spoke').toBe(mapped['gfn']);

  // 15: its cell on the map, which was as free ones are, is as the VM's in the legend.
  const swatch = page.getByTestId('owners').locator('span', { hasText: 'teach-1' }).locator('span').first();
  const colour = await swatch.evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(free).not.toContain(colour);
  await expect.poll(async () => [...new Set(inside(await cellPixels(page, frame)))]).toEqual([colour]);
});

test('the frame map fills its card, shows what the hypervisor has, and goes together with the table and the address', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  await page.getByRole('button', { name: 'host-1' }).first().click();
  await page.getByRole('tab', { name: 'Memory' }).click();
  const map = page.getByRole('slider', { name: MAP });
  const canvas = map.locator('canvas');
  await expect(canvas).toBeVisible();
  for (const width of [1440, 1024, 393]) {
    await page.setViewportSize({ width, height: 900 });
    await expect
      .poll(async () => (await canvas.boundingBox())!.width / (await map.boundingBox())!.width)
      .toBeGreaterThan(0.9);
  }
  await page.setViewportSize({ width: 1440, height: 900 });

  const table = page.getByTestId('frame-table').locator('tbody tr');
  await page.getByLabel('Owner', { exact: true }).selectOption({ label: 'hypervisor' });
  await expect(table.first()).toContainText('page table');
  // The sentence and the table say the same number, which may grow as long as the guests boot.
  await expect(async () => {
    const said = await page.getByTestId('hypervisor-frames').textContent();
    const count = /has ([1-9][0-9,]*) frames?/.exec(said ?? '')![1]!;
    const listed = page.getByRole('main').getByText(/^[0-9,]+ frames?$/);
    await expect(listed).toHaveText(new RegExp(`^${count} frames?$`), { timeout: 2000 });
  }).toPass();

  // A frame of the table is marked on the map, and a key on the map takes the table along.
  const frame = Number(await table.nth(1).getByRole('button').textContent());
  await table.nth(1).getByRole('button').click();
  await expect(map).toHaveAttribute('aria-valuenow', String(frame - FIRST_FRAME));
  await expect(page).toHaveURL(new RegExp(`frame=${hex(frame)}`));
  const entries = await page.evaluate(() => history.length);
  await map.focus();
  await page.keyboard.press('Home');
  const current = page.getByTestId('frame-table').locator('tr[aria-current="true"]');
  await expect(current).toContainText(hex(FIRST_FRAME));
  await page.keyboard.press('End');
  const last = Number(await map.getAttribute('aria-valuemax')) + FIRST_FRAME;
  await expect(current).toContainText(hex(last));
  await expect(page).toHaveURL(new RegExp(`frame=${hex(last)}`));
  expect(await page.evaluate(() => history.length), 'no steps of the history').toBe(entries);

  await page.reload();
  await expect(page.getByTestId('frame-detail')).toContainText(hex(last));
  await expect(current).toContainText(hex(last));
});
