/** What commands of the network have in common: what they left behind is noted in the host's specification, and told. */
import type { ErrorData } from '#base/result';
import type { CommandedHost } from './command.ts';

/** The host, its links and its VMs are specified as the network stands, so that what is restored is the same. */
export function noteNetwork(host: CommandedHost): void {
  const { trunks: _t, appliances: _a, ...others } = host.spec;
  host.spec = { ...others, ...host.network.spec };
  const { uplinks, ...settings } = host.settings;
  if (uplinks !== undefined)
    host.settings = { ...settings, uplinks: host.network.uplinks.map((uplink) => uplink.spec) };
}

export function tellOfNetwork({ log, now }: CommandedHost, code: string, data: ErrorData): void {
  log.add({ at: now, severity: 'info', code, data });
}
