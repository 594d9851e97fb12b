/** What a switch has learned: which address is behind which port, in which VLAN, and when it was heard last: its age would be another each time. */
import { useTranslation } from 'react-i18next';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import type { SwitchState } from '../../../parts/switch/use-switch.ts';

/** Rows that are shown; a switch learns 1024 addresses at most. */
const SHOWN = 200;

export function ForwardingTable({ at }: { readonly at: SwitchState }) {
  const { t } = useTranslation();
  const format = useFormat();
  const named = new Map(at.ports.map(({ port, name }) => [port, name]));
  const owners = new Map(
    at.ports.flatMap(({ mac, vm }) => (mac === undefined ? [] : [[mac, vm ?? ''] as const])),
  );
  const rows = at.forwarding.slice(0, SHOWN);
  const hasVlans = rows.some(({ domain }) => domain !== 0);
  return (
    <>
      <h4>{t('switch.forwarding')}</h4>
      {rows.length === 0 ? (
        <p className={texts['quiet']}>{t('switch.nothingLearned')}</p>
      ) : (
        <ScrollX label={t('network.learnedBy', { switch: at.name })}>
          <table className={table['table']} aria-label={t('network.learnedBy', { switch: at.name })}>
            <thead>
              <tr>
                {hasVlans ? <th className={table['number']}>{t('devices.vlan')}</th> : null}
                <th>{t('switch.mac')}</th>
                <th>{t('switch.port')}</th>
                <th className={table['number']}>{t('switch.heardAt')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ mac, port, seenAtNs, domain }) => (
                <tr key={`${domain}/${mac}`}>
                  {hasVlans ? <td className={table['number']}>{domain === 0 ? '–' : domain}</td> : null}
                  <td className={texts['mono']} title={owners.get(mac)}>
                    {mac}
                  </td>
                  <td className={texts['mono']}>{named.get(port) ?? port}</td>
                  <td className={table['number']}>{format.clock(seenAtNs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
      {at.forwarding.length > SHOWN ? (
        <p className={texts['quiet']}>{t('network.more', { count: at.forwarding.length - SHOWN })}</p>
      ) : null}
    </>
  );
}
