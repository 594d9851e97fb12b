/** Network cards of a host that is a bare machine. */
import * as v from 'valibot';
import { fail, ok, type Result } from '#base/result';
import type { HostNicSpec, HostSpec } from '#base/scenario';
import type { Registries } from '../registries.ts';
import { maybe, type Written, written } from './document.ts';
import { portShape, shortPort } from './network.ts';
import type { Shape } from './parse.ts';
import { NAME } from './values.ts';
import { MAC } from './vm.ts';

export function hostNicShape(registries: Registries): Shape<HostNicSpec> {
  return v.strictObject({
    switch: NAME,
    mac: v.exactOptional(MAC),
    port: v.exactOptional(portShape(registries)),
  });
}

/** As documents write it, with its keys in order. */
export function fillHostNic({ switch: at, mac, port }: HostNicSpec): HostNicSpec {
  return { switch: at, ...maybe('mac', mac), ...maybe('port', port) };
}

export function shortHostNic({ port, ...nic }: HostNicSpec, registries: Registries): Written {
  return written({ ...nic, port: port && shortPort(registries, port) });
}

/** Only software of a host's own finds such cards, and each hangs at a switch that there is. */
export function checkHostNics(
  { name: host, nics = [], software, switches }: HostSpec,
  where: string,
): Result<null> {
  const bad = nics.findIndex(
    (nic) => software === undefined || !switches.some(({ name }) => name === nic.switch),
  );
  const nic = nics[bad];
  return nic === undefined
    ? ok(null)
    : fail('scenario.hostNic', { host, switch: nic.switch }, `${where}.nics[${bad}]`);
}
