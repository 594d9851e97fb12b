/** A view is a folder and a row: what a test brings along is drawn, led to, found and addressed like the product's own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { expect, test } from './fixtures.ts';
import { byPalette, labRuns, openHostPage, openVmPage } from './lab-page.ts';
import { type Site, serveSite } from './site-server.ts';

const PAGE = resolve(import.meta.dirname, 'own-view');
let folder: string;
let site: Site;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'virtlab-own-view-'));
  await build({
    configFile: false,
    root: PAGE,
    base: './',
    publicDir: resolve(PAGE, '../../public'),
    logLevel: 'warn',
    plugins: [react()],
    worker: { format: 'es' },
    build: { outDir: folder, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, minify: false },
  });
  site = await serveSite('isolated', folder);
});
test.afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

test('views that a test registers are drawn in a running page', async ({ guard, visit }) => {
  guard.allow(site);
  const page = await visit();
  const main = page.locator('#main');
  await page.goto(`${site.url}?lab=busy-neighbour`);
  await labRuns(page, 3);

  // By the navigation, and by the tabs of objects.
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Sights' }).click();
  await expect(main).toHaveText('A view of the lab, from nowhere');
  await expect(page).toHaveTitle('Sights · virtlab');
  await openHostPage(page, 'host-1', 'Cellar');
  await expect(main).toContainText('Below host-1 with 3 VMs');
  await openVmPage(page, 'steady', 'Pulse');
  await expect(main).toContainText('The pulse of steady on host 0: running');
  await expect(page).toHaveURL(/\?lab=busy-neighbour&view=vm&host=0&vm=steady&tab=pulse$/);

  // It is told what changes.
  await main.getByRole('button', { name: 'Pause' }).click();
  await expect(main).toContainText('The pulse of steady on host 0: paused');

  // By its name, and by its address, with a parameter of its own.
  await byPalette(page, 'host-1: cellar');
  await expect(main).toHaveAttribute('data-view', 'cellar');
  await page.goBack();
  await expect(main).toHaveAttribute('data-view', 'pulse');
  await page.goto(`${site.url}?lab=busy-neighbour&view=sights&side=north`);
  await expect(main).toHaveText('A view of the lab, from north');
});
