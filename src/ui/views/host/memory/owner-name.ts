/** The owner of a frame in words. */
import { useTranslation } from 'react-i18next';
import type { FrameOwner } from '#base/views';
import type { HostDescription } from '#bridge/protocol/answers';

/** Names owners of a host's frames. */
export function useOwnerName(host: HostDescription): (owner: FrameOwner) => string {
  const { t } = useTranslation();
  return (owner) => {
    if (owner === 'free' || owner === 'hypervisor') return t(`owner.${owner}`);
    return host.vms.find((vm) => vm.slot === owner)?.spec.name ?? t('owner.gone', { slot: owner });
  };
}
