/** What hangs at switches and is no VM, beside the graph: its settings, and the ports of switches that it hangs at. */
import { useTranslation } from 'react-i18next';
import type { ApplianceDescription } from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import AppliancePanel, { KNOWN_KINDS } from '../../../parts/appliance/appliance-panel.tsx';
import { applianceName } from '../../../parts/engine-names.ts';
import { useFormat } from '../../../parts/lab.tsx';
import { FactList } from './fact-list.tsx';
import { settingsText } from './facts.ts';
import { appliancePortKey, type Ports } from './use-ports.ts';

interface Props {
  readonly index: number;
  readonly appliance: ApplianceDescription;
  readonly ports: Ports;
}

export default function ApplianceInspector({ index, appliance, ports }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { name, kind } = appliance.spec;
  return (
    <>
      <header className={layout['row']}>
        <Icon name="share" />
        <h2 className={texts['name']} title={name}>
          {name}
        </h2>
        <span className={texts['quiet']}>{applianceName(t, kind)}</span>
      </header>
      {KNOWN_KINDS.includes(kind) ? null : <FactList facts={settingsText(appliance)} />}
      <h3>{t('switch.ports')}</h3>
      <ScrollX label={t('switch.ports')}>
        <table className={table['table']}>
          <thead>
            <tr>
              <th>{t('switch.port')}</th>
              <th>{t('wiring.to')}</th>
              <th>{t('switch.link')}</th>
              <th className={table['number']}>{t('wiring.sentBy')}</th>
              <th className={table['number']}>{t('wiring.receivedBy')}</th>
              <th className={table['number']}>{t('switch.drops')}</th>
            </tr>
          </thead>
          <tbody>
            {appliance.ports.map((port) => {
              const state = ports.get(appliancePortKey(index, name, port.name))?.state;
              return (
                <tr key={port.name}>
                  <td>{port.name}</td>
                  <td>{port.switch}</td>
                  <td>{state === undefined ? '' : t(state.link === 'up' ? 'switch.up' : 'switch.down')}</td>
                  <td className={table['number']}>
                    {state === undefined ? '' : format.bytes(state.rxBytes)}
                  </td>
                  <td className={table['number']}>
                    {state === undefined ? '' : format.bytes(state.txBytes)}
                  </td>
                  <td className={table['number']}>{state === undefined ? '' : format.count(state.drops)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollX>
      <AppliancePanel {...{ index, appliance }} />
    </>
  );
}
