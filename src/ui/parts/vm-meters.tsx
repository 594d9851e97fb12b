/** The four bars of a VM, in the order that console users know: CPU, memory, host memory, disk. */
import { useTranslation } from 'react-i18next';
import type { ViewReader } from '#base/views';
import type { HostDescription, VmDescription } from '#bridge/protocol/answers';
import { useTick } from '../kit/frame-clock.ts';
import { Meter, MeterGrid } from '../kit/meter.tsx';
import { useFormat } from './lab.tsx';
import { vmColor } from './palette.ts';

interface Props {
  readonly view: ViewReader | undefined;
  readonly host: HostDescription;
  readonly vm: VmDescription;
}

export function VmMeters({ view, host, vm }: Props) {
  useTick(4);
  const { t } = useTranslation();
  const format = useFormat();
  const color = vmColor(vm.slot);
  const live = vm.state === 'running';
  const cpu = live ? (view?.latest(vm.slot, 'cpu') ?? 0) : 0;
  const resident = view?.now(vm.slot, 'memory') ?? 0;
  const tables = view?.now(vm.slot, 'tables') ?? 0;
  const read = live ? (view?.latest(vm.slot, 'disk-read') ?? 0) : 0;
  const written = live ? (view?.latest(vm.slot, 'disk-write') ?? 0) : 0;
  const diskBytes = vm.spec.disks.reduce((sum, disk) => sum + disk.sizeBytes, 0);
  const { memoryBytes, vcpus } = vm.spec;
  return (
    <MeterGrid>
      <Meter
        label={t('meter.cpu')}
        text={t('meter.cpuOf', { percent: format.percent(cpu / vcpus), count: vcpus })}
        fraction={cpu / vcpus}
        source={t('metricSource.cpu')}
        color={color}
      />
      <Meter
        label={t('meter.memory')}
        text={format.usedOf(resident, memoryBytes)}
        fraction={resident / memoryBytes}
        source={t('source.memory')}
        color={color}
      />
      <Meter
        label={t('meter.hostMemory')}
        text={format.usedOf(resident + tables, host.ramBytes)}
        fraction={(resident + tables) / host.ramBytes}
        source={t('source.hostMemory')}
        color={color}
        warnAt={0.9}
        failAt={0.975}
      />
      <Meter
        label={t('meter.disk')}
        text={
          diskBytes === 0
            ? t('meter.noDisk')
            : t('meter.diskRates', {
                size: format.bytes(diskBytes),
                read: format.byteRate(read),
                written: format.byteRate(written),
              })
        }
        fraction={0}
        source={`${t('metricSource.disk-read')} · ${t('metricSource.disk-write')}`}
        color={color}
      />
    </MeterGrid>
  );
}
