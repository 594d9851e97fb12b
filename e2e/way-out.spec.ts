/** The way out with real Linux: addresses by DHCP, a page from beyond the gateway, and what the gateway shows of it. */
import { expect, HAS_LINUX, test } from './fixtures.ts';
import { nodes, open, says } from './lab-page.ts';

test.skip(!HAS_LINUX, 'the site has no Linux');

test('two Linux VMs get addresses, go out by the gateway, and its tables show how', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=way-out`, 2);
  await says(page, 'linux-1', /READY linux-1 .* eth0 10\.0\.0\.10[01]\/24/);
  await says(page, 'linux-1', /\n192\.0\.2\.1 \d+\r?\n/);
  await page.locator('.react-flow__node-appliance').click();
  const part = (id: string) => page.getByTestId(`gateway-${id}`);
  for (const name of ['linux-1', 'linux-2'])
    await expect(part('leases').getByRole('cell', { name, exact: true })).toBeVisible();
  await expect(
    part('mappings').getByRole('row', { name: /192\.0\.2\.1:\d+ 198\.51\.100\.80:80 TCP/ }),
  ).toBeVisible();
  await expect(
    part('names').getByRole('row', { name: /^www\.example\.com A 10\.0\.0\.10[01] 198\.51\.100\.80/ }),
  ).toBeVisible();
  await expect(part('counters')).toContainText('names answered (DNS)');
});

test('a Linux behind a router gets its address over it, and fetches a page from beyond the gateway', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=routed-way-out`, 2);
  await says(page, 'office', /READY office .* eth0 10\.0\.20\.\d+\/24/);
  // The web server says who asked it: the gateway, by its address outside.
  await says(page, 'office', /\n192\.0\.2\.1 \d+\r?\n/);
  await nodes(page, 'appliance', 'router').click();
  await expect(
    page.getByTestId('router-interfaces').getByRole('row', { name: /^eth0\.20 lan 20 10\.0\.20\.1\/24/ }),
  ).toBeVisible();
  await nodes(page, 'appliance').filter({ hasNotText: 'router' }).click();
  await expect(
    page
      .getByTestId('gateway-mappings')
      .getByRole('row', { name: /10\.0\.20\.\d+:\d+ .*198\.51\.100\.80:80 TCP/ }),
  ).toBeVisible();
});
