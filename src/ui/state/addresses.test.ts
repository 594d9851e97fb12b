import { expect, test } from 'vitest';
import { type Asked, isSameLab, NOWHERE, readAddress, restOf, writeAddress } from './addresses.ts';
import { type Addressed, hostRoute, labRoute, vmRoute } from './routes.ts';

const VIEWS: readonly Addressed[] = [
  { place: 'lab', id: 'home' },
  { place: 'lab', id: 'charts' },
  { place: 'host', id: 'summary', parameters: { frame: /^0x[0-9a-f]+$/ } },
  { place: 'vm', id: 'overview' },
];
const LABS: readonly Asked['lab'][] = [
  { kind: 'builtin', name: 'first-visit' },
  { kind: 'builtin', name: 'busy-neighbour' },
  { kind: 'builtin', name: 'hot-plug' },
  { kind: 'link', text: '1abc-_' },
  { kind: 'kept', key: 'file-0a1b' },
  { kind: 'file', word: '12-34' },
];

/** An address as `location` gives it. */
function at(address: string) {
  const { search, hash } = new URL(address, 'https://lab.example/');
  return { search, hash };
}
const read = (address: string) => readAddress(VIEWS, at(address));
const rest = (address: string) => restOf(VIEWS, at(address));

test('every lab, with every view and selection, is read as it was written', () => {
  const places = [
    { route: NOWHERE.route, selected: 'a/vm 1' },
    { route: labRoute('charts'), selected: null },
    { route: hostRoute(1, 'summary', { frame: '0x80' }), selected: null },
    { route: vmRoute(0, 'a', 'overview'), selected: null },
  ];
  for (const lab of LABS)
    for (const place of places) {
      const asked = { lab, ...place };
      const address = writeAddress(asked, rest('?embed&course=7'));
      expect(address).toContain('embed=&course=7');
      const again = read(address);
      expect(again).toMatchObject({ lab, selected: place.selected });
      expect(again.route).toMatchObject(place.route);
      expect(writeAddress(again, rest(address))).toBe(address);
    }
});

test('the first lab needs no word, and an address says nothing of the lab before', () => {
  expect(writeAddress(NOWHERE, rest('?lab=busy-neighbour&view=host&host=0&frame=0x1#1abc'))).toBe('');
});

test('a lab that is asked for alone is shown where it shows what it is about, and another place only where one is named', () => {
  expect(read('?lab=hot-plug&embed').route).toEqual(vmRoute(0, 'linux', 'devices'));
  for (const address of ['?lab=hot-plug&view=lab', '?lab=hot-plug&selected=a', '?lab=hot-plug#1abc'])
    expect(read(address).route).toMatchObject(NOWHERE.route);
  expect(read('?lab=hot-plug&view=charts').route).toMatchObject(labRoute('charts'));
});

test('a link in an address counts more than what else names a lab, also where its # was encoded', () => {
  expect(read('?lab=busy-neighbour#1abc').lab).toEqual({ kind: 'link', text: '1abc' });
  expect(read('?%231abc').lab).toEqual({ kind: 'link', text: '?%231abc' });
  expect(rest('?%231abc').toString()).toBe('');
});

test('what an address names and nobody has is the first lab', () => {
  for (const address of ['', '?lab=gone', '?kept=..%2Fpasswd', '?file='])
    expect(read(address).lab).toEqual(NOWHERE.lab);
});

test('labs are told apart by what names them', () => {
  for (const [number, lab] of LABS.entries())
    expect(LABS.map((other) => isSameLab(lab, other))).toEqual(LABS.map((_, index) => index === number));
});
