/** Registers of a vCPU as they were at a virtual time: code around pc, x, f, CSRs with their fields. */
import { Switch } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VcpuRegisters } from '#bridge/protocol/answers';
import chip from '../../../kit/chip.module.css';
import { groupedHex } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { usePlaceNames } from '../../../parts/place-names.ts';
import { PointerButton } from '../../../parts/pointer-button.tsx';
import { CsrTable } from '../../../parts/registers/csr-table.tsx';
import { RegisterGrid } from '../../../parts/registers/register-grid.tsx';
import { F_NAMES, X_NAMES } from '../../../parts/registers/register-names.ts';
import { useBefore } from '../../../parts/registers/use-before.ts';
import { VcpuPicker } from '../../../parts/vcpu-picker.tsx';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute, vmRoute } from '../../../state/routes.ts';
import type { VmViewProps } from '../../view.ts';
import css from './registers-view.module.css';

/** Values of registers that are addresses with a name, as ways to that code, or to that memory. */
function useNameOf(
  { host, name, vcpu }: { readonly host: number; readonly name: string; readonly vcpu: number },
  registers: VcpuRegisters | null,
): (value: string) => ReactNode {
  const known = usePlaceNames(host, name, registers === null ? [] : [registers.pc, ...registers.x]);
  return (value) => {
    const found = known.get(value);
    if (found === undefined) return null;
    const place = found.kind === 'code' ? { at: value } : { mem: value };
    const to = hostRoute(host, 'machine', { vm: name, vcpu: String(vcpu), ...place });
    return (
      <button type="button" className={texts['link']} onClick={() => useChoices.getState().go(to)}>
        {found.name}
      </button>
    );
  };
}

function Code({ registers }: { readonly registers: VcpuRegisters }) {
  const { t } = useTranslation();
  if (registers.code.length === 0) return <p className={texts['quiet']}>{t('registers.noCode')}</p>;
  return (
    <ScrollX label={t('machine.codeTitle')}>
      <table className={`${table['table']} ${css['code']}`}>
        <tbody>
          {registers.code.map((line) => (
            <tr key={line.address} aria-current={line.address === registers.pc ? 'true' : undefined}>
              <td className={texts['mono']}>{groupedHex(line.address)}</td>
              <td className={`${texts['mono']} ${texts['quiet']}`}>{line.bytes}</td>
              <td className={texts['mono']}>{line.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

interface WalkLinkProps {
  readonly host: number;
  readonly vm: string;
  readonly vcpu: number;
  readonly value: string;
}

/** A value of a register: as a way to the walk of it where it may be an address. */
function WalkLink({ host, vm, vcpu, value }: WalkLinkProps) {
  const { t } = useTranslation();
  return (
    <PointerButton
      value={value}
      title={(address) => t('walk.of', { address })}
      onClick={(at) => useChoices.getState().go(vmRoute(host, vm, 'walk', { at, vcpu: String(vcpu) }))}
    />
  );
}

export default function RegistersView({ host, vm }: VmViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const [vcpu, setVcpu] = useState(0);
  const [follow, setFollow] = useState(true);
  const { name } = vm.spec;
  const answer = useAnswer(
    () => client.ask(host, 'registers', { vm: name, vcpu }),
    follow ? 500 : 3_600_000,
    [host, name, vcpu, vm.state, follow],
  );
  const before = useBefore(answer, `${host} ${name} ${vcpu}`);
  const registers = answer.value;
  const nameOf = useNameOf({ host, name, vcpu }, registers);
  return (
    <div className={layout['stack']}>
      <div className={layout['row-wrap']}>
        <VcpuPicker count={vm.spec.vcpus} value={vcpu} onChange={setVcpu} />
        <Switch
          size="xs"
          label={t('registers.follow')}
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
        <span className={layout['grow']} />
        {registers === null ? null : (
          <span className={texts['quiet']}>{t('common.trueAt', { time: format.clock(answer.at) })}</span>
        )}
      </div>
      <ErrorAlert error={answer.error} />
      {registers === null ? null : (
        <>
          <p>
            <span className={chip['mode']}>{registers.mode}</span>{' '}
            <span className={texts['mono']}>pc {groupedHex(registers.pc)}</span> {nameOf(registers.pc)}
          </p>
          <Code registers={registers} />
          <h3>{t('registers.x')}</h3>
          <RegisterGrid
            label={t('registers.x')}
            prefix="x"
            names={X_NAMES}
            values={registers.x}
            before={before?.x}
            nameOf={nameOf}
            linkOf={(value) => <WalkLink {...{ host, vm: name, vcpu, value }} />}
          />
          <h3>{t('registers.csrs')}</h3>
          <CsrTable csrs={registers.csrs} before={before?.csrs} />
          <h3>{t('registers.f')}</h3>
          <RegisterGrid
            label={t('registers.f')}
            prefix="f"
            names={F_NAMES}
            values={registers.f}
            before={before?.f}
          />
        </>
      )}
    </div>
  );
}
