/** Registers of a vCPU as they were at a virtual time: code around pc, x, f, CSRs with their fields. */
import { Switch } from '@mantine/core';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CsrValue, VcpuRegisters } from '#bridge/protocol/answers';
import chip from '../../../kit/chip.module.css';
import { groupedHex } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { VcpuPicker } from '../../../parts/vcpu-picker.tsx';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute } from '../../../state/routes.ts';
import type { VmViewProps } from '../../view.ts';
import css from './registers-view.module.css';

/** The ABI's names (RISC-V calling convention). */
const X_NAMES = [
  ...['zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5'],
  ...['a6', 'a7', 's2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6'],
] as const;
const F_NAMES = [
  ...[
    'ft0',
    'ft1',
    'ft2',
    'ft3',
    'ft4',
    'ft5',
    'ft6',
    'ft7',
    'fs0',
    'fs1',
    'fa0',
    'fa1',
    'fa2',
    'fa3',
    'fa4',
    'fa5',
  ],
  ...[
    'fa6',
    'fa7',
    'fs2',
    'fs3',
    'fs4',
    'fs5',
    'fs6',
    'fs7',
    'fs8',
    'fs9',
    'fs10',
    'fs11',
    'ft8',
    'ft9',
    'ft10',
    'ft11',
  ],
] as const;

function RegisterGrid({
  label,
  prefix,
  names,
  values,
  before,
  nameOf,
}: {
  readonly label: string;
  readonly prefix: string;
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly before: readonly string[] | undefined;
  /** What a value is the address of, if anything that has a name. */
  readonly nameOf?: (value: string) => ReactNode;
}) {
  return (
    <dl className={css['registers']} aria-label={label}>
      {names.map((name, index) => {
        const value = values[index] ?? '0x0';
        return (
          <div
            key={name}
            data-changed={before !== undefined && before[index] !== value ? '' : undefined}
            data-zero={value === '0x0' || undefined}
          >
            <dt title={`${prefix}${index}`}>{name}</dt>
            <dd>
              {groupedHex(value)} {nameOf?.(value)}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** Small values as numbers, the rest (page numbers, masks) in hex. */
function shortValue(hex: string): string {
  return hex.length <= 3 ? String(Number(hex)) : hex;
}

function CsrRow({ csr }: { readonly csr: CsrValue }) {
  return (
    <tr>
      <td className={texts['mono']} title={`0x${csr.address.toString(16)}`}>
        {csr.name}
      </td>
      <td className={texts['mono']}>{groupedHex(csr.value)}</td>
      <td>
        {csr.fields.map((field) => (
          <span
            key={field.name}
            className={chip['field']}
            data-set={field.value !== '0x0' || undefined}
            title={field.high === field.low ? `[${field.low}]` : `[${field.high}:${field.low}]`}
          >
            {field.name} = {field.meaning ?? shortValue(field.value)}
          </span>
        ))}
      </td>
    </tr>
  );
}

/** Values of registers that are addresses of code with a name, as ways to that code. */
function useNameOf(
  { host, name, vcpu }: { readonly host: number; readonly name: string; readonly vcpu: number },
  registers: VcpuRegisters | null,
): (value: string) => ReactNode {
  const client = useClient();
  const addresses = registers === null ? [] : [...new Set([registers.pc, ...registers.x])];
  const { value: known } = useAnswer(
    registers === null ? null : () => client.ask(host, 'names', { vm: name, addresses }),
    3_600_000,
    [host, name, addresses.join(' ')],
  );
  return (value) => {
    const found = known?.find(({ address }) => address === value);
    if (found === undefined) return null;
    if (found.kind === 'variable') return <span className={texts['quiet']}>{found.name}</span>;
    const to = hostRoute(host, 'machine', { vm: name, vcpu: String(vcpu), at: value });
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
  const before = useRef<{ at: number; value: VcpuRegisters | null; last: VcpuRegisters | null }>({
    at: -1,
    value: null,
    last: null,
  });
  if (answer.at !== before.current.at)
    before.current = { at: answer.at, value: before.current.last, last: answer.value };
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
            before={before.current.value?.x}
            nameOf={nameOf}
          />
          <h3>{t('registers.csrs')}</h3>
          <ScrollX label={t('registers.csrs')}>
            <table className={`${table['table']} ${css['csrs']}`}>
              <thead>
                <tr>
                  <th>{t('registers.csr')}</th>
                  <th>{t('registers.value')}</th>
                  <th>{t('registers.fields')}</th>
                </tr>
              </thead>
              <tbody>
                {registers.csrs.map((csr) => (
                  <CsrRow key={csr.name} csr={csr} />
                ))}
              </tbody>
            </table>
          </ScrollX>
          <h3>{t('registers.f')}</h3>
          <RegisterGrid
            label={t('registers.f')}
            prefix="f"
            names={F_NAMES}
            values={registers.f}
            before={before.current.value?.f}
          />
        </>
      )}
    </div>
  );
}
