/** IP addresses as text and bytes. */

import { expect, test } from 'vitest';
import { parsePrefix, startsWith } from './prefix.ts';
import { addressBytes, ipv4Text, ipv6Text } from './values.ts';

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['FD00:0:0:0:0:0:0:1', 'fd00::1'],
  ['::', '::'],
  ['::1', '::1'],
  ['fe80::1:0:0:2', 'fe80::1:0:0:2'],
  ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
  ['10:0:0:5:0:0:0:1', '10:0:0:5::1'],
  ['::ffff:10.0.0.1', '::ffff:a00:1'],
  ['1:2:3:4:5:6:255.0.16.9', '1:2:3:4:5:6:ff00:1009'],
  ['::192.0.2.33', '::c000:221'],
])('%s is %s', (text, shown) => {
  const bytes = addressBytes(text);
  expect(bytes && (bytes.length === 4 ? ipv4Text : ipv6Text)(bytes)).toBe(shown);
});

test.each([
  '',
  '10.0.0',
  '10.0.0.256',
  '10.0.0.01',
  '::10.0.0.01',
  '1:2:3:4:5:6:7:10.0.0.1',
  '10.0.0.1::',
  '::10.0.0.256',
  'fd00',
  'fd00:::1',
  '::1::',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7::8',
  'g::',
  '10.0.0.1/33',
  'fd00::/129',
  '10.0.0.1/',
])('%j is none', (text) => {
  expect(parsePrefix(text)).toBeUndefined();
});

test('a prefix holds what begins as it does', () => {
  const holds = (prefix: string, address: string): boolean =>
    startsWith(parsePrefix(prefix)!, addressBytes(address)!, 0);
  expect(holds('10.1.0.0/12', '10.15.255.255')).toBe(true);
  expect(holds('10.1.0.0/12', '10.16.0.0')).toBe(false);
  expect(holds('0.0.0.0/0', '203.0.113.7')).toBe(true);
  expect(holds('fd00:1::/31', 'fd00:0:5::1')).toBe(true);
  expect(holds('fd00:1::/32', 'fd00:0:5::1')).toBe(false);
});
