/** What the VM is made of: vCPUs, memslots, devices with their own counters. */
import { useTranslation } from 'react-i18next';
import type { DeviceState } from '#bridge/protocol/answers';
import chip from '../../../kit/chip.module.css';
import { groupedHex } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { counterText } from '../../../parts/engine-names.ts';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { hartText } from '../../../parts/vcpu-place.ts';
import type { VmViewProps } from '../../view.ts';
import { CardTable } from './card-table.tsx';
import { RegisterList } from './register-list.tsx';

/** How far a virtio device and its driver have come; the bits that say so are on hover. */
function StateOf({ device: { state, status, fault } }: { readonly device: DeviceState }) {
  const { t } = useTranslation();
  if (state === undefined) return '–';
  return (
    <span title={status}>
      {t(`deviceState.${state}`)}
      {fault === undefined ? '' : ` (${t(`deviceFault.${fault}`)})`}
    </span>
  );
}

export default function DevicesView({ host, vm }: VmViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const { name } = vm.spec;
  const { value, error, ask } = useAnswer(() => client.ask(host, 'vm', { vm: name }), 1000, [
    host,
    name,
    vm.state,
  ]);
  return (
    <div className={layout['stack']}>
      <ErrorAlert error={error} />
      {value === null ? null : (
        <>
          <h3>{t('devices.vcpus')}</h3>
          <ScrollX label={t('devices.vcpus')}>
            <table className={table['table']}>
              <thead>
                <tr>
                  <th>vCPU</th>
                  <th>{t('table.state')}</th>
                  <th className={table['number']}>{t('devices.hart')}</th>
                  <th className={table['number']}>{t('devices.runTime')}</th>
                  <th className={table['number']}>{t('devices.stealTime')}</th>
                </tr>
              </thead>
              <tbody>
                {value.vcpus.map((vcpu, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a vCPU is its index
                  <tr key={index}>
                    <td>vCPU {index}</td>
                    <td>{t(`vcpu.${vcpu.state}`)}</td>
                    <td className={table['number']}>{hartText(t, vcpu)}</td>
                    <td className={table['number']}>{format.duration(vcpu.runNs)}</td>
                    <td className={table['number']}>{format.duration(vcpu.stealNs)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
          <h3>{t('devices.memslots')}</h3>
          <table className={table['table']}>
            <thead>
              <tr>
                <th>GPA</th>
                <th className={table['number']}>{t('devices.size')}</th>
                <th className={table['number']}>{t('devices.mapped')}</th>
              </tr>
            </thead>
            <tbody>
              {value.memslots.map((slot) => (
                <tr key={slot.gpa}>
                  <td className={texts['mono']}>{groupedHex(slot.gpa)}</td>
                  <td className={table['number']}>{format.bytes(slot.bytes)}</td>
                  <td className={table['number']}>{format.bytes(slot.mappedBytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className={texts['quiet']}>
            {t('devices.tables', { count: value.tableFrames, size: format.bytes(value.tableFrames * 4096) })}
          </p>
          <CardTable host={host} vm={name} cards={value.cards} onDone={ask} />
          <h3>{t('devices.devices')}</h3>
          <ScrollX label={t('devices.devices')}>
            <table className={table['table']}>
              <thead>
                <tr>
                  <th>{t('devices.name')}</th>
                  <th>{t('devices.kind')}</th>
                  <th>GPA</th>
                  <th className={table['number']}>{t('devices.interrupt')}</th>
                  <th>{t('table.state')}</th>
                  <th>{t('devices.counters')}</th>
                </tr>
              </thead>
              <tbody>
                {value.devices.map((device) => (
                  <tr key={device.name}>
                    <td>{device.name}</td>
                    <td>{t(`device.${device.kind}`, { defaultValue: device.kind })}</td>
                    <td className={texts['mono']}>{groupedHex(device.baseGpa)}</td>
                    <td className={table['number']}>{device.interrupt === 0 ? '–' : device.interrupt}</td>
                    <td>
                      <StateOf device={device} />
                    </td>
                    <td>
                      {device.counters.map((counter) => (
                        <span
                          key={counter.id}
                          className={chip['field']}
                          data-set={counter.value > 0 || undefined}
                        >
                          {counterText(format, counter)}
                        </span>
                      ))}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
          {value.devices.map((device) => (
            <RegisterList key={device.name} device={device} />
          ))}
        </>
      )}
    </div>
  );
}
