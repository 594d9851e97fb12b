/** A view of the page, as somebody would add it: its folder, its row, and a test that finds and draws it. */
import type { Example } from '../example.ts';

const TABLE = 'src/ui/views/registry.tsx';
const TEST = 'src/ui/views/breadth-view.test.ts';

export const VIEW: Example = {
  thing: 'a view of the page',
  own: {
    'src/ui/views/lab/greeting/greeting-view.tsx': `
/** Says good day. */
import { useTranslation } from 'react-i18next';

export function GreetingView() {
  const { t } = useTranslation();
  return <h2 data-greeting>{t('nav.greeting')}</h2>;
}
`,
    [TEST]: `
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { addressOf, HOME, routeOf, viewOf } from '../state/routes.ts';
import { VIEWS } from './registry.tsx';

test('the view has an address, and is drawn there', () => {
  const route = { place: 'lab', view: 'greeting', parameters: {} } as const;
  const address = addressOf(route, '', HOME);
  const view = viewOf(VIEWS, { place: 'lab', view: routeOf(VIEWS, address).view ?? undefined });
  expect(view.id).toBe('greeting');
  const html = renderToString(createElement(view.component as never, { parameters: {} } as never));
  expect(html).toContain('data-greeting');
});
`,
  },
  rows: [
    {
      path: TABLE,
      before: 'import { TopologyView }',
      text: "import { GreetingView } from './lab/greeting/greeting-view.tsx';\n",
    },
    {
      path: TABLE,
      before: "  {\n    place: 'host',\n    id: 'summary'",
      text: "  { place: 'lab', id: 'greeting', icon: 'info', title: 'nav.greeting', component: GreetingView },\n",
    },
    {
      path: 'src/ui/i18n/en.ts',
      before: "    topology: 'Topology',\n    charts",
      text: "    greeting: 'Good day',\n",
    },
    { path: 'src/ui/i18n/zh.ts', before: "topology: '拓扑', charts", text: "greeting: '你好', " },
  ],
  test: TEST,
};
