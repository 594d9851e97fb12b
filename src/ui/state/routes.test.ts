import { expect, test } from 'vitest';
import {
  type Addressed,
  HOME,
  hostRoute,
  routeOf as routeOfQuery,
  viewOf,
  vmRoute,
  wordsOf,
} from './routes.ts';

const VIEWS: readonly Addressed[] = [
  { place: 'lab', id: 'home' },
  { place: 'lab', id: 'charts' },
  { place: 'host', id: 'memory', parameters: { frame: /^0x[0-9a-f]+$/ } },
  { place: 'host', id: 'machine', parameters: { vm: /^[a-z]+$/ } },
  { place: 'vm', id: 'overview' },
  { place: 'vm', id: 'memory' },
];

const routeOf = (views: readonly Addressed[], search: string) =>
  routeOfQuery(views, new URLSearchParams(search));
const away = (search: string) => `?${new URLSearchParams(wordsOf(routeOf(VIEWS, search)))}`;

test('an address and its route say the same', () => {
  for (const address of [
    '?view=charts',
    '?view=host&host=0',
    '?view=host&host=3&tab=memory&frame=0x80200',
    '?view=host&host=1&tab=machine&vm=a',
    '?view=vm&host=0&vm=a',
    '?view=vm&host=2&vm=a&tab=memory',
  ])
    expect(away(address)).toBe(address);
});

test('what an address names and nobody has is home, or the face of its object', () => {
  expect(routeOf(VIEWS, '')).toEqual(HOME);
  expect(routeOf(VIEWS, '?view=gone')).toEqual(HOME);
  expect(routeOf(VIEWS, '?view=vm&host=0')).toEqual(HOME);
  expect(routeOf(VIEWS, '?view=host&host=-1')).toMatchObject({ place: 'host', host: 0 });
  expect(viewOf(VIEWS, routeOf(VIEWS, '?view=vm&host=0&vm=a&tab=gone')).id).toBe('overview');
  expect(viewOf(VIEWS, HOME).id).toBe('home');
});

test('two objects may each have a view of one name', () => {
  expect(viewOf(VIEWS, hostRoute(0, 'memory'))).toBe(VIEWS[2]);
  expect(viewOf(VIEWS, vmRoute(0, 'a', 'memory'))).toBe(VIEWS[5]);
});

test('a view is found by its name alone, as the machine was when it was none of a host', () => {
  expect(routeOf(VIEWS, '?view=machine&host=1&vm=a')).toEqual(hostRoute(1, 'machine', { vm: 'a' }));
});

test('a view gets the parameters that it knows, if they look as they should', () => {
  expect(routeOf(VIEWS, '?view=host&tab=memory&frame=0xfg')).toMatchObject({ parameters: {} });
  expect(routeOf(VIEWS, '?view=host&tab=machine&frame=0x1')).toMatchObject({ parameters: {} });
});
