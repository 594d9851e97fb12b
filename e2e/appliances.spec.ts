/** A router and a gateway where people see them: whom they know, where packets went, and settings that are changed and taken back. */
import { routedWayOut } from '../src/lab/scenarios/routed-way-out.ts';
import { expect, test } from './fixtures.ts';
import { ask, nodes, open, runTo, says, standStill } from './lab-page.ts';
import { linkOf } from './labs.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('en');
const S = 1e9;

test('a station behind a router reaches the gateway: the panels of both show how, and a route is set and taken back', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}#${linkOf(routedWayOut({ linux: false }))}`, 2);
  await standStill(page);
  await runTo(page, 5 * S);
  await says(page, 'office', /bytes from 10\.0\.0\.1: seq=/);
  const part = (id: string) => page.getByTestId(id);

  await nodes(page, 'appliance', 'router').click();
  const interfaces = part('router-interfaces');
  await expect(interfaces.getByRole('row', { name: /^eth0\.20 lan 20 10\.0\.20\.1\/24/ })).toBeVisible();
  for (const [by, address] of [
    ['eth0.20', '10.0.20.3'],
    ['eth1', '10.0.0.1'],
  ] as const)
    await expect(
      part('router-neighbours').getByRole('row', { name: new RegExp(`^${by} ${address} `) }),
    ).toBeVisible();
  // Its ports, which say more than nothing, and no settings by the names that files give them.
  const inspector = page.getByRole('complementary');
  await expect(inspector.getByRole('row', { name: /^eth1 wan up/ })).toBeInViewport();
  await expect(inspector).not.toContainText('reversePath');
  const router = await ask(page, 'router', { appliance: 'router' });
  const direct = router.routes.find(({ to }) => to === '10.0.0.0/24');
  expect(direct?.packets).toBeGreaterThan(0);
  await expect(
    part('router-routes').getByRole('row', { name: new RegExp(`^10\\.0\\.0\\.0/24 .* ${direct?.packets}$`) }),
  ).toBeVisible();

  // What it is to do otherwise: a line that cannot be read is named, a route is set, seen, and taken back.
  await inspector.getByRole('button', { name: say('router.edit') }).click();
  const dialog = page.getByRole('dialog');
  const routes = dialog.getByRole('textbox', { name: say('router.routes') });
  await routes.fill('0.0.0.0/0 10.0.0.1\n10.9.0.0/16');
  await expect(dialog).toContainText(say('router.wrongLine', { line: 2 }));
  await expect(dialog.getByRole('button', { name: say('port.set'), exact: true })).toBeDisabled();
  await routes.fill('0.0.0.0/0 10.0.0.1\n10.9.0.0/16 10.0.20.3');
  await dialog.getByRole('button', { name: say('port.set'), exact: true }).click();
  await expect(dialog).toHaveCount(0);
  const added = part('router-routes').getByRole('row', { name: /^10\.9\.0\.0\/16 10\.0\.20\.3/ });
  await expect(added).toBeVisible();
  await page.getByRole('button', { name: say('wiring.undo') }).click();
  await expect(added).toHaveCount(0);

  await nodes(page, 'appliance', 'gateway').click();
  await expect(
    part('gateway-routes').getByRole('row', { name: '10.0.20.0/24 10.0.0.2', exact: true }),
  ).toBeVisible();
  await expect(part('gateway-neighbours').getByRole('row', { name: /^10\.0\.0\.2 / })).toBeVisible();
  await expect(part('gateway-sites')).toContainText('www.example.com');
  await expect(inspector).toContainText(`${say('gateway.setting.domain')}lab.internal`);
  await expect(inspector).not.toContainText('leaseSeconds');
});
