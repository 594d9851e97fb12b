/** Ports of a switch: what hangs at each, how it leaves the host, what keeps it apart, and what its stages have ended. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PortSettings } from '#base/scenario';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import { SmallButton } from '../../../kit/small-button.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { counterText } from '../../../parts/engine-names.ts';
import { useFormat, useLab } from '../../../parts/lab.tsx';
import { PortDialog } from '../../../parts/port/port-dialog.tsx';
import type { SwitchState } from '../../../parts/switch/use-switch.ts';
import { linkEnd } from '../../../parts/switch-place.ts';
import { otherEnd, type SwitchPort, uplinksOf } from './ways.ts';

interface Props {
  readonly host: number;
  readonly at: SwitchState;
  readonly switches: readonly SwitchState[];
  readonly onChanged: () => void;
}

/** Stages that keep a port apart, besides its VLAN. */
const OTHERS = ['private', 'arp-guard', 'nd-guard', 'storm-control', 'access-list'] as const;

/** What keeps a port apart, in few words. */
function useApart(): (settings: PortSettings) => string {
  const { t } = useTranslation();
  return (settings) => {
    const { access, trunk, native } = settings['vlan'] ?? {};
    const carried = Array.isArray(trunk) && trunk.length > 0 ? trunk.join(', ') : t('network.allVlans');
    const vlan =
      access === undefined
        ? t('network.isTrunk', { vlans: carried, native: native === undefined ? '–' : String(native) })
        : t('network.isAccess', { vlan: String(access) });
    const others = OTHERS.filter((stage) => settings[stage] !== undefined);
    const said = [
      ...(settings['vlan'] === undefined ? [] : [vlan]),
      ...others.map((stage) => t(`network.stage.${stage}`)),
    ];
    return said.length === 0 ? '–' : said.join(' · ');
  };
}

export function PortTable({ host, at, switches, onChanged }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const lab = useLab();
  const apart = useApart();
  const [edited, setEdited] = useState<string>();
  const outOf = uplinksOf(switches, at.name).map((uplink) =>
    t('network.byLink', { number: uplink, to: linkEnd(lab, host, uplink) }),
  );
  const hangs = ({ vm, nic, trunk, uplink, appliance, name }: SwitchPort): string => {
    if (vm !== undefined) return t('network.card', { vm, card: nic ?? 0 });
    if (trunk !== undefined)
      return t('network.toSwitch', { switch: otherEnd(switches, at.name, trunk) ?? '' });
    if (appliance !== undefined || uplink !== undefined) return appliance ?? linkEnd(lab, host, uplink);
    return t('network.screen', { name });
  };
  const leaves = ({ vm, appliance, uplink }: SwitchPort): string => {
    if (uplink !== undefined) return t('network.isLink', { number: uplink });
    if (vm === undefined && appliance === undefined) return '–';
    return outOf.length === 0 ? t('network.stays') : outOf.join(', ');
  };
  return (
    <>
      <h4>{t('switch.ports')}</h4>
      <ScrollX label={t('network.portsOf', { switch: at.name })}>
        <table className={table['table']} aria-label={t('network.portsOf', { switch: at.name })}>
          <thead>
            <tr>
              <th>{t('switch.port')}</th>
              <th>{t('switch.peer')}</th>
              <th title={t('network.leavesHint')}>{t('network.leaves')}</th>
              <th>{t('switch.link')}</th>
              <th>{t('network.apart')}</th>
              <th className={table['number']}>{t('switch.received')}</th>
              <th className={table['number']}>{t('switch.sent')}</th>
              <th className={table['number']} title={t('network.dropsHint')}>
                {t('switch.drops')}
              </th>
              <th>{t('network.why')}</th>
            </tr>
          </thead>
          <tbody>
            {at.ports.map((port) => (
              <tr key={port.port} data-testid={`port-${port.name}`}>
                <td className={table['line']}>
                  <SmallButton
                    className={texts['mono'] ?? ''}
                    icon="table"
                    aria-label={t('network.editOf', { port: port.name })}
                    title={t('network.edit')}
                    onClick={() => setEdited(port.name)}
                  >
                    {port.name}
                  </SmallButton>
                </td>
                <td className={table['line']}>{hangs(port)}</td>
                <td className={table['line']}>{leaves(port)}</td>
                <td>{t(port.link === 'up' ? 'switch.up' : 'switch.down')}</td>
                <td>{apart(port.settings)}</td>
                <td className={table['number']}>{format.count(port.rxFrames)}</td>
                <td className={table['number']}>{format.count(port.txFrames)}</td>
                <td className={table['number']}>{format.count(port.drops)}</td>
                <td className={port.counted.length === 0 ? undefined : table['said']}>
                  {port.counted.map((counter) => counterText(format, counter)).join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      {edited === undefined ? null : (
        <PortDialog
          of={{ host, switch: at.name, port: edited }}
          initial="apart"
          onClose={() => {
            setEdited(undefined);
            onChanged();
          }}
        />
      )}
    </>
  );
}
