/** When a packet was seen: virtual seconds to the microsecond, which is what lies between packets. */
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';

export function timeText(at: VirtualNs): string {
  return (at / NS_PER_S).toFixed(6);
}
