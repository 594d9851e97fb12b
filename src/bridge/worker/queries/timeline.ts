/** What a physical hart did between two virtual times, as parallel arrays. */
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok, type Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { Timeline } from '#bridge/protocol/answers';
import type { Host } from '#hypervisor/host';

const MOST_SLICES = 4096;

export function timeline(
  host: Host,
  hart: number,
  fromNs: VirtualNs,
  toNs: VirtualNs,
  limit: number,
): Result<Timeline> {
  const cpu = host.cpus[hart];
  if (cpu === undefined) return fail('no-such-hart', { hart });
  const most = Math.min(MOST_SLICES, Math.max(0, Math.floor(limit)));
  const slices = cpu.timeline.between(fromNs, toNs, most);
  return ok({
    hart,
    fromNs,
    toNs,
    startNs: Float64Array.from(slices, ({ startNs }) => startNs),
    endNs: Float64Array.from(slices, ({ endNs }) => endNs),
    slot: Int16Array.from(slices, ({ vcpu }) => Math.floor(vcpu / LIMITS.vcpus)),
    vcpu: Int16Array.from(slices, ({ vcpu }) => vcpu % LIMITS.vcpus),
    truncated: slices.length === most || cpu.timeline.forgottenNs > fromNs,
  });
}
