/** A row for each vCPU: what its VM is due, and what it has had; what is due can be changed. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnswerOf, HostDescription } from '#bridge/protocol/answers';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useCommand, useFormat } from '../../../parts/lab.tsx';
import { OwnerSwatch } from '../../../parts/owner-swatch.tsx';
import { VcpuCountForm } from '../../../parts/vcpu-count-form.tsx';
import { CpuForm } from './cpu-form.tsx';

const NUMBERS = ['hart', 'weight', 'cap', 'allowed', 'ran', 'share', 'stolen', 'promise'] as const;

interface Props {
  readonly index: number;
  readonly host: HostDescription;
  readonly at: number;
  readonly answer: AnswerOf<'scheduling'>;
  readonly onChanged: () => void;
}

export function PartsTable({ index, host, at, answer, onChanged }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const command = useCommand();
  const [edited, setEdited] = useState<string>();
  const slots = new Map(host.vms.map(({ slot, spec }) => [spec.name, slot]));
  const current = answer.vms.find(({ vm }) => vm === edited);
  if (answer.vms.length === 0) return <p className={texts['quiet']}>{t('scheduling.none')}</p>;
  const allowed = ({ harts, pinned }: (typeof answer.vms)[number]['cpu']): string => {
    if (harts === undefined) return t('scheduling.anywhere');
    const named = harts.join(', ');
    return pinned === true ? t('scheduling.pinnedTo', { harts: named }) : named;
  };
  return (
    <>
      <ScrollX label={t('scheduling.vcpus')}>
        <table className={table['table']} aria-label={t('scheduling.vcpus')} data-testid="cpu-parts">
          <thead>
            <tr>
              <th>{t('scheduling.column.vcpu')}</th>
              <th>{t('scheduling.column.state')}</th>
              {NUMBERS.map((column) => (
                <th
                  key={column}
                  className={table['number']}
                  title={t(`scheduling.hint.${column}`, { defaultValue: '' })}
                >
                  {t(`scheduling.column.${column}`)}
                </th>
              ))}
              <td />
            </tr>
          </thead>
          <tbody>
            {answer.vms.flatMap(({ vm, cpu, weight, vcpus }) =>
              vcpus.map((vcpu) => {
                const said: Readonly<Record<(typeof NUMBERS)[number], string>> = {
                  hart: vcpu.hart === undefined ? '–' : format.integer(vcpu.hart),
                  weight: format.integer(weight),
                  cap: cpu.capPercent === undefined ? '–' : format.percent(cpu.capPercent / 100),
                  allowed: allowed(cpu),
                  ran: format.duration(vcpu.runNs),
                  share: format.percent(at === 0 ? 0 : vcpu.runNs / at / answer.harts),
                  stolen: format.duration(vcpu.stealNs),
                  promise: vcpu.longestWaitNs === undefined ? '–' : format.duration(vcpu.longestWaitNs),
                };
                return (
                  <tr key={`${vm}/${vcpu.index}`} aria-current={vm === edited}>
                    <td>
                      <OwnerSwatch owner={slots.get(vm) ?? 'free'} /> {vm}/{vcpu.index}
                    </td>
                    <td>{vcpu.held ? t('scheduling.held') : t(`vcpu.${vcpu.state}`)}</td>
                    {NUMBERS.map((column) => (
                      <td key={column} className={table['number']}>
                        {said[column]}
                      </td>
                    ))}
                    <td>
                      {vcpu.index > 0 ? null : (
                        <Button
                          size="compact-xs"
                          variant="default"
                          aria-label={t('scheduling.editOf', { vm })}
                          aria-expanded={vm === edited}
                          onClick={() => setEdited(vm === edited ? undefined : vm)}
                        >
                          {t('scheduling.edit')}
                        </Button>
                      )}
                    </td>
                  </tr>
                );
              }),
            )}
          </tbody>
        </table>
      </ScrollX>
      {current === undefined ? null : (
        <CpuForm
          key={JSON.stringify([current.vm, current.cpu])}
          vm={current.vm}
          cpu={current.cpu}
          harts={answer.harts}
          onSet={(args) => void command(index, { op: 'vm.setCpu', args }).then(onChanged)}
        />
      )}
      {current === undefined || current.possible === 1 ? null : (
        <VcpuCountForm
          key={JSON.stringify([current.vm, current.given])}
          vm={current.vm}
          given={current.given}
          possible={current.possible}
          onSet={(vcpus) =>
            void command(index, { op: 'vm.setVcpus', args: { vm: current.vm, vcpus } }).then(onChanged)
          }
        />
      )}
    </>
  );
}
