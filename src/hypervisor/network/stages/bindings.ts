/** Who has which address, as a setting of stages that guard addresses. */
import * as v from 'valibot';
import { addressBytes, macBytes } from '#base/packets/values';

/** Bindings that one port is given. */
const MOST_GIVEN = 64;

export const MAC: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.maxLength(17),
  v.check((text) => macBytes(text) !== undefined, 'scenario.badMac'),
);

/** As people write it. */
interface GivenBinding {
  ip: string;
  mac: string;
}

/** Bindings of addresses of so many bytes, and of so many characters at most. */
export function givenBindings(
  length: 4 | 16,
  mostCharacters: number,
): v.OptionalSchema<v.GenericSchema<GivenBinding[]>, readonly []> {
  const Ip = v.pipe(
    v.string(),
    v.maxLength(mostCharacters),
    v.check((text) => addressBytes(text)?.length === length, 'scenario.badIp'),
  );
  return v.optional(v.pipe(v.array(v.strictObject({ ip: Ip, mac: MAC })), v.maxLength(MOST_GIVEN)), []);
}
