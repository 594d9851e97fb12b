/** The VLANs of a port in a cell of a table: `10`, or `trunk: 10, 20 (5)` with the one whose frames have no tag; nothing where it knows none. */
import type { TFunction } from 'i18next';
import type { PortSettings } from '#base/scenario';

export function vlanText(t: TFunction, settings: PortSettings | undefined): string {
  const vlan = settings?.['vlan'];
  if (vlan === undefined) return '';
  const { access, trunk, native } = vlan;
  if (typeof access === 'number') return String(access);
  const carried = Array.isArray(trunk) ? trunk.join(', ') : t('devices.allVlans');
  const untagged = typeof native === 'number' ? ` (${native})` : '';
  return t('devices.trunk', { vlans: `${carried}${untagged}` });
}
