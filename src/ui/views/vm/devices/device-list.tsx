/** The devices of a VM, one of which is chosen: where each lies, what it interrupts, how far its driver has come. */
import { useTranslation } from 'react-i18next';
import type { DeviceState } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';

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

function InterruptOf({ device: { interrupt } }: { readonly device: DeviceState }) {
  const { t } = useTranslation();
  if (interrupt === undefined) return '–';
  const { source, level, pending, claimed, routes } = interrupt;
  const now = [
    ...(level ? [t('deviceParts.raised')] : []),
    ...(pending ? [t('deviceParts.pending')] : []),
    ...(claimed ? [t('deviceParts.claimed')] : []),
  ];
  const contexts = routes.filter(({ isHeard }) => isHeard).map(({ context }) => `vCPU ${context}`);
  return (
    <>
      {source}
      {contexts.length === 0 ? '' : ` ${t('deviceParts.routes', { contexts: contexts.join(', ') })}`}
      {now.length === 0 ? '' : ` · ${now.join(', ')}`}
    </>
  );
}

function counted({ counters }: DeviceState, id: string): number {
  return counters.find((counter) => counter.id === id)?.value ?? 0;
}

interface Props {
  readonly devices: readonly DeviceState[];
  readonly chosen: string | undefined;
  readonly onChoose: (device: string) => void;
}

export function DeviceList({ devices, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ScrollX label={t('deviceParts.devices')}>
      <table className={table['table']} data-testid="devices">
        <thead>
          <tr>
            <th>{t('deviceParts.name')}</th>
            <th>{t('deviceParts.kind')}</th>
            <th>GPA</th>
            <th>{t('deviceParts.interrupt')}</th>
            <th>{t('table.state')}</th>
            <th className={table['number']}>{t('deviceParts.inFlight')}</th>
            <th className={table['number']}>{t('deviceParts.reads')}</th>
            <th className={table['number']}>{t('deviceParts.writes')}</th>
          </tr>
        </thead>
        <tbody>
          {devices.map((device) => (
            <tr key={device.name} aria-current={device.name === chosen ? 'true' : undefined}>
              <td>
                <button type="button" className={texts['link']} onClick={() => onChoose(device.name)}>
                  {device.name}
                </button>
              </td>
              <td>{t(`device.${device.kind}`, { defaultValue: device.kind })}</td>
              <td className={texts['mono']}>
                {groupedHex(device.baseGpa)} + {format.bytes(device.sizeBytes)}
              </td>
              <td className={table['line']}>
                <InterruptOf device={device} />
              </td>
              <td className={table['line']}>
                <StateOf device={device} />
              </td>
              <td className={table['number']}>
                {device.queues.length === 0
                  ? '–'
                  : format.integer(device.queues.reduce((sum, { inFlight }) => sum + inFlight, 0))}
              </td>
              <td className={table['number']}>{format.integer(counted(device, 'registerReads'))}</td>
              <td className={table['number']}>{format.integer(counted(device, 'registerWrites'))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
