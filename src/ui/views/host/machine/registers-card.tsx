/** The registers of the vCPU whose code is shown; what has changed since the last answer stands out. */
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VcpuRegisters } from '#bridge/protocol/answers';
import chip from '../../../kit/chip.module.css';
import layout from '../../../kit/layout.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import type { Answer } from '../../../parts/lab.tsx';
import { usePlaceNames } from '../../../parts/place-names.ts';
import { CsrTable } from '../../../parts/registers/csr-table.tsx';
import { RegisterGrid } from '../../../parts/registers/register-grid.tsx';
import { F_NAMES, X_NAMES } from '../../../parts/registers/register-names.ts';
import { useBefore } from '../../../parts/registers/use-before.ts';
import { NameLink, type PlaceActions, ValueLink } from './pointer-link.tsx';
import css from './state-cards.module.css';

const KINDS = ['x', 'f', 'csrs'] as const;
type Kind = (typeof KINDS)[number];

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly vcpu: number;
  readonly answer: Answer<VcpuRegisters>;
  readonly actions: PlaceActions;
}

export function RegistersCard({ host, vm, vcpu, answer, actions }: Props) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<Kind>('x');
  const before = useBefore(answer, `${host} ${vm} ${vcpu}`);
  const { value } = answer;
  const names = usePlaceNames(host, vm, value?.x ?? []);
  return (
    <section className={layout['card']} aria-label={t('vm.registers')} data-testid="registers-card">
      <div className={layout['row-wrap']}>
        <h3>{t('vm.registers')}</h3>
        {value === null ? null : <span className={chip['mode']}>{value.mode}</span>}
        <span className={layout['grow']} />
        <SegmentedControl
          size="xs"
          aria-label={t('machine.registerKind')}
          value={kind}
          onChange={(next) => setKind(KINDS.find((each) => each === next) ?? 'x')}
          data={KINDS.map((each) => ({ value: each, label: t(`machine.registersOf.${each}`) }))}
        />
      </div>
      <ErrorAlert error={answer.error} />
      {value === null ? null : (
        <div className={css['registers']}>
          {kind === 'csrs' ? <CsrTable csrs={value.csrs} before={before?.csrs} /> : null}
          {kind === 'x' ? (
            <RegisterGrid
              label={t('registers.x')}
              prefix="x"
              names={X_NAMES}
              values={value.x}
              before={before?.x}
              linkOf={(each) => <ValueLink value={each} actions={actions} />}
              nameOf={(each) => <NameLink place={names.get(each)} actions={actions} />}
            />
          ) : null}
          {kind === 'f' ? (
            <RegisterGrid
              label={t('registers.f')}
              prefix="f"
              names={F_NAMES}
              values={value.f}
              before={before?.f}
            />
          ) : null}
        </div>
      )}
    </section>
  );
}
