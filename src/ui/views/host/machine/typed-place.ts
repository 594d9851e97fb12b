/** A place of a VM as a person types it: by a name of its image, or by an address. */
import { fail, ok, type Result } from '#base/result';
import type { LabClient } from '#bridge/client/client';
import type { Hex64, VmRef } from '#bridge/protocol/answers';
import { parseAddress } from '../../../kit/format.ts';

/** A name may consist of hexadecimal digits: it is asked for first. */
const NAME = /^[a-z_.$][\w.$]*$/i;

export async function placeOf(client: LabClient, { host, vm }: VmRef, text: string): Promise<Result<Hex64>> {
  const name = text.trim();
  const address = parseAddress(text);
  if (NAME.test(name)) {
    const found = await client.ask(host, 'symbol', { vm, name });
    if (found.ok) return ok(found.value.value);
    if (address === undefined) return found;
  }
  return address === undefined ? fail('bad-address', { value: text }) : ok(address);
}
