import { expect, test } from 'vitest';
import { interfacesIn, interfacesText, routesIn, routesText } from './appliance-text.ts';

const INTERFACES = [
  { port: 'eth0', switch: 'lan', address: '10.0.10.1/24', vlan: 10, network6: '2001:db8:10::/64' },
  { port: 'eth1', switch: 'wan', address: '192.168.0.1/24', address6: '2001:db8:1::2/64' },
];
const ROUTES = [{ to: '0.0.0.0/0', via: '192.168.0.2' }];

test('interfaces and routes are read as they are written', () => {
  const lines = 'eth0 lan 10 10.0.10.1/24 2001:db8:10::/64\neth1 wan 192.168.0.1/24 2001:db8:1::2/64';
  expect(interfacesText({ interfaces: INTERFACES })).toBe(lines);
  expect(interfacesIn(`${lines}\n\n`)).toEqual({ found: INTERFACES });
  expect(routesText({ routes: ROUTES })).toBe('0.0.0.0/0 192.168.0.2');
  expect(routesIn(' 0.0.0.0/0   192.168.0.2 ')).toEqual({ found: ROUTES });
  expect([interfacesText({}), routesText({})]).toEqual(['', '']);
});

test('the line that says nothing is named', () => {
  expect(interfacesIn('eth0 lan 10.0.0.1/24\neth0 lan')).toEqual({ wrong: 2 });
  expect(interfacesIn('eth0 lan ten 10.0.0.1/24')).toEqual({ wrong: 1 });
  expect(routesIn('10.0.0.0/8 10.0.0.1 10')).toEqual({ wrong: 1 });
  expect(routesIn('10.0.0.0 10.0.0.1')).toEqual({ wrong: 1 });
});
