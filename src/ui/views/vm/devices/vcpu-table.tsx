/** The vCPUs of a VM, and the memslots that are its RAM. */
import { useTranslation } from 'react-i18next';
import type { AnswerOf } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import { hartText } from '../../../parts/vcpu-place.ts';

export function VcpuTable({ vcpus }: Pick<AnswerOf<'vm'>, 'vcpus'>) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <h3>{t('deviceParts.vcpus')}</h3>
      <ScrollX label={t('deviceParts.vcpus')}>
        <table className={table['table']}>
          <thead>
            <tr>
              <th>vCPU</th>
              <th>{t('table.state')}</th>
              <th className={table['number']}>{t('deviceParts.hart')}</th>
              <th className={table['number']}>{t('deviceParts.runTime')}</th>
              <th className={table['number']}>{t('deviceParts.stealTime')}</th>
            </tr>
          </thead>
          <tbody>
            {vcpus.map((vcpu, index) => (
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
    </>
  );
}

export function MemslotTable({ memslots, tableFrames }: Pick<AnswerOf<'vm'>, 'memslots' | 'tableFrames'>) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <h3>{t('deviceParts.memslots')}</h3>
      <table className={table['table']}>
        <thead>
          <tr>
            <th>GPA</th>
            <th className={table['number']}>{t('deviceParts.size')}</th>
            <th className={table['number']}>{t('deviceParts.mapped')}</th>
          </tr>
        </thead>
        <tbody>
          {memslots.map((slot) => (
            <tr key={slot.gpa}>
              <td className={texts['mono']}>{groupedHex(slot.gpa)}</td>
              <td className={table['number']}>{format.bytes(slot.bytes)}</td>
              <td className={table['number']}>{format.bytes(slot.mappedBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={texts['quiet']}>
        {t('deviceParts.tables', { count: tableFrames, size: format.bytes(tableFrames * 4096) })}
      </p>
    </>
  );
}
