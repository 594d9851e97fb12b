/** A switch beside the graph: its ports and what it has learned. */
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../kit/icons.tsx';
import { later } from '../../../kit/later.tsx';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import { SmallButton } from '../../../kit/small-button.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { counterText } from '../../../parts/engine-names.ts';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useFormat, useHostAnswer, useLab } from '../../../parts/lab.tsx';
import { vlanText } from '../../../parts/port/vlan-text.ts';
import type { SwitchState } from '../../../parts/switch/use-switch.ts';
import { linkEnd } from '../../../parts/switch-place.ts';
import { openPort } from './edit/open-port.ts';

const PartCounters = later(() => import('../../../parts/switch/part-counters.tsx'));
const BandwidthSection = later(() => import('../../../parts/bandwidth-section.tsx'));

/** What hangs at a port: a VM, an appliance, or the switch at the other end of a trunk or a link. */
function usePeer(index: number, name: string): (port: SwitchState['ports'][number]) => string {
  const lab = useLab();
  return ({ vm, appliance, trunk, uplink, name: port }) => {
    const cable = lab?.hosts[index]?.trunks?.find(({ number }) => number === trunk);
    if (trunk !== undefined && cable !== undefined) return cable.a === name ? cable.b : cable.a;
    return appliance ?? vm ?? (linkEnd(lab, index, uplink) || port);
  };
}

function Ports({ index, name, ports }: Pick<SwitchState, 'name' | 'ports'> & { readonly index: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const peer = usePeer(index, name);
  const hasVlans = ports.some(({ settings }) => settings['vlan'] !== undefined);
  return (
    <>
      <h3>{t('switch.ports')}</h3>
      <ScrollX label={t('switch.ports')}>
        <table className={table['table']}>
          <thead>
            <tr>
              <th className={table['number']}>{t('switch.port')}</th>
              <th>{t('switch.peer')}</th>
              <th>{t('switch.link')}</th>
              {hasVlans ? <th>{t('devices.vlan')}</th> : null}
              <th className={table['number']}>{t('switch.received')}</th>
              <th className={table['number']}>{t('switch.sent')}</th>
              <th className={table['number']}>{t('switch.drops')}</th>
              <th>{t('switch.mac')}</th>
            </tr>
          </thead>
          <tbody>
            {ports.map((port) => (
              <tr key={port.port}>
                <td className={table['number']}>{port.port}</td>
                <td className={table['line']}>{peer(port)}</td>
                <td>{t(port.link === 'up' ? 'switch.up' : 'switch.down')}</td>
                {hasVlans ? <td className={table['line']}>{vlanText(t, port.settings)}</td> : null}
                <td className={table['number']} title={t('switch.etherFrames', { count: port.rxFrames })}>
                  {format.bytes(port.rxBytes)}
                </td>
                <td className={table['number']} title={t('switch.etherFrames', { count: port.txFrames })}>
                  {format.bytes(port.txBytes)}
                </td>
                <td
                  className={table['number']}
                  title={port.counted.map((counter) => counterText(format, counter)).join(', ')}
                >
                  {format.count(port.drops)}
                </td>
                <td className={texts['mono']}>{port.mac ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </>
  );
}

function Forwarding({ entries }: { readonly entries: SwitchState['forwarding'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const hasVlans = entries.some(({ domain }) => domain !== 0);
  return (
    <>
      <h3>{t('switch.forwarding')}</h3>
      <table className={table['table']}>
        <thead>
          <tr>
            <th>{t('switch.mac')}</th>
            {hasVlans ? <th>{t('devices.vlan')}</th> : null}
            <th className={table['number']}>{t('switch.port')}</th>
            <th className={table['number']}>{t('switch.heardAt')}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={`${entry.mac} ${entry.domain}`}>
              <td className={texts['mono']}>{entry.mac}</td>
              {hasVlans ? <td>{entry.domain === 0 ? '' : entry.domain}</td> : null}
              <td className={table['number']}>{entry.port}</td>
              <td className={table['number']}>{format.clock(entry.seenAtNs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {entries.length === 0 ? <p className={texts['quiet']}>{t('switch.nothingLearned')}</p> : null}
    </>
  );
}

export function SwitchInspector({ index, name }: { readonly index: number; readonly name: string }) {
  const { t } = useTranslation();
  const { value, error } = useHostAnswer(index, 'switches', {}, 500);
  const state = value?.find((candidate) => candidate.name === name);
  return (
    <>
      <header className={layout['row']}>
        <Icon name="network" />
        <h2 className={texts['name']} title={name}>
          {name}
        </h2>
        <span className={layout['grow']} />
        <SmallButton icon="table" onClick={() => openPort({ host: index, switch: name, initial: 'rules' })}>
          {t('switch.setUp')}
        </SmallButton>
      </header>
      <ErrorAlert error={error} />
      {state === undefined ? null : (
        <>
          <Ports index={index} name={name} ports={state.ports} />
          <PartCounters at={state} />
          <BandwidthSection at={state} />
          <Forwarding entries={state.forwarding} />
        </>
      )}
    </>
  );
}
