/** What documents say of appliances alike: numbers, addresses, networks. */
import * as v from 'valibot';
import { addressBytes } from '#base/packets/values';
import { IPV4_BYTES } from './gateway/wire/address.ts';

type Text = v.GenericSchema<string, string>;

export const whole = (least: number, most: number): v.GenericSchema<number, number> =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

export const IPV4: Text = v.pipe(
  v.string(),
  v.check((text) => addressBytes(text)?.length === IPV4_BYTES, 'scenario.badIp'),
);

/** Of either version. */
export const ADDRESS: Text = v.pipe(
  v.string(),
  v.maxLength(64),
  v.check((text) => addressBytes(text) !== undefined, 'scenario.badIp'),
);

/** An address or network with its length: `10.0.0.0/8`, `2001:db8::/32`. */
export function isNetwork(text: string): boolean {
  const [address = '', length = '', ...more] = text.split('/');
  const parsed = addressBytes(address);
  if (parsed === undefined || more.length > 0 || !/^\d{1,3}$/.test(length)) return false;
  return Number(length) <= 8 * parsed.length;
}
export const NETWORK_OF_ANY: Text = v.pipe(
  v.string(),
  v.maxLength(64),
  v.check(isNetwork, 'scenario.badPrefix'),
);
