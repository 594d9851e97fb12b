/** Where a vCPU is, in the words of every view that tells it. */
import type { TFunction } from 'i18next';
import type { VcpuPlace } from '#bridge/protocol/answers';

/** On which hart it is now, or was last. */
export function hartText(t: TFunction, { hart, lastHart }: VcpuPlace): string {
  if (hart !== undefined) return t('vcpuPlace.on', { hart });
  return lastHart === undefined ? t('vcpuPlace.never') : t('vcpuPlace.last', { hart: lastHart });
}
