/** Whether anybody looks, at what, or has closed the page for a while, makes no difference for a lab. */
import { NS_PER_MS } from '../src/base/virtual-time.ts';
import { rowOfHosts } from '../src/lab/fixtures/row-of-hosts.ts';
import { eachView } from './every-view.ts';
import { test } from './fixtures.ts';
import { labRuns, later, open, runTo } from './lab-page.ts';
import { linkOf } from './labs.ts';
import { expectSameOnNode } from './same-on-node.ts';
import { wordsOf } from './words.ts';

test('looked at on every view, and closed on the way, a lab comes to what it comes to unseen', async ({
  sites,
  visit,
}) => {
  // Guests of two hosts exchange packets all the time, and rest in between.
  const fragment = linkOf(rowOfHosts(2, 5 * NS_PER_MS, {}, ' 1000 30'));
  const url = `${sites.isolated.url}#${fragment}`;
  const first = await visit();
  await open(first, url, 2);
  await eachView(first, wordsOf('en'), async () => undefined);
  const seen = await later(first, 300 * NS_PER_MS);
  await runTo(first, seen);
  await expectSameOnNode(first, fragment, seen);

  await first.evaluate(() => globalThis.virtlab.calls.keepNow());
  const second = await first.context().newPage();
  await first.close();
  await second.goto(url);
  await labRuns(second, 2);
  await second.waitForFunction((at) => globalThis.virtlab.resumed()?.at === at, seen);
  const gone = await later(second, 500 * NS_PER_MS);
  await runTo(second, gone);
  await expectSameOnNode(second, fragment, gone);
});
