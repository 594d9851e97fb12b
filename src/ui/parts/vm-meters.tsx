/** The four bars of a VM, in the order that console users know: CPU, memory, host memory, disk. */
import { useTranslation } from 'react-i18next';
import type { ViewReader } from '#base/views';
import type { HostDescription, VmDescription } from '#bridge/protocol/answers';
import { known } from '../kit/format.ts';
import { useShown } from '../kit/frame-clock.ts';
import { Meter, MeterGrid } from '../kit/meter.tsx';
import { useFormat } from './lab.tsx';
import { vmColor } from './palette.ts';
import { cpuOf, latestOf, levelOf } from './vm-load.ts';

interface Props {
  readonly view: ViewReader | undefined;
  readonly host: HostDescription;
  readonly vm: VmDescription;
}

export function VmMeters({ view, host, vm }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const color = vmColor(vm.slot);
  const { cpu, resident, all, read, written } = useShown(4, () => ({
    cpu: cpuOf(view, vm),
    resident: levelOf(view, vm, 'memory'),
    all: levelOf(view, vm, 'memory', 'tables'),
    read: latestOf(view, vm, 'disk-read'),
    written: latestOf(view, vm, 'disk-write'),
  }));
  const diskBytes = vm.spec.disks.reduce((sum, disk) => sum + disk.sizeBytes, 0);
  const { memoryBytes, vcpus } = vm.spec;
  return (
    <MeterGrid>
      <Meter
        label={t('meter.cpu')}
        text={t('meter.cpuOf', { percent: known(cpu, format.percent), count: vcpus })}
        fraction={cpu}
        source={t('metricSource.cpu')}
        color={color}
      />
      <Meter
        label={t('meter.memory')}
        text={format.usedOf(resident, memoryBytes)}
        fraction={resident === null ? null : resident / memoryBytes}
        source={t('source.memory')}
        color={color}
      />
      <Meter
        label={t('meter.hostMemory')}
        text={format.usedOf(all, host.ramBytes)}
        fraction={all === null ? null : all / host.ramBytes}
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
                read: known(read, format.byteRate),
                written: known(written, format.byteRate),
              })
        }
        source={`${t('metricSource.disk-read')} · ${t('metricSource.disk-write')}`}
      />
    </MeterGrid>
  );
}
