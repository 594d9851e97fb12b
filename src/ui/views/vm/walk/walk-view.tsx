/**
 * The two-stage walk of any guest virtual address, as the hardware does it: a row for each VS-stage entry, whose
 * address is a GPA that the G-stage must find first, and a last row for the GPA itself. Every entry can be clicked.
 */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccessKind, WalkStep } from '#bridge/protocol/answers';
import { groupedHex, parseAddress } from '../../../kit/format.ts';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { VcpuPicker } from '../../../parts/vcpu-picker.tsx';
import { tellError, tellFailure } from '../../../state/notices.ts';
import type { VmViewProps } from '../../view.ts';
import { EntryDetail } from './entry-detail.tsx';
import { AddressBits, WalkGrid } from './walk-grid.tsx';
import css from './walk-view.module.css';

const ACCESSES: readonly AccessKind[] = ['load', 'store', 'execute'];

/** Registers that usually hold an interesting address: name and index of x, or pc. */
const QUICK = [
  { name: 'pc', x: -1 },
  { name: 'sp', x: 2 },
  { name: 'gp', x: 3 },
  { name: 'a0', x: 10 },
] as const;

export default function WalkView({ host, vm }: VmViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const { name } = vm.spec;
  const [vcpu, setVcpu] = useState(0);
  const [text, setText] = useState('');
  const [gva, setGva] = useState<string | null>(null);
  const [access, setAccess] = useState<AccessKind>('load');
  const [chosen, setChosen] = useState<number | null>(null);
  const [wrong, setWrong] = useState(false);

  const walkTo = (address: string): void => {
    setText(groupedHex(address));
    setGva(address);
    setChosen(null);
    setWrong(false);
  };
  const fromRegister = async (x: number): Promise<void> => {
    const answer = await client.ask(host, 'registers', { vm: name, vcpu });
    if (!answer.ok) return tellError(answer.error);
    walkTo(x < 0 ? answer.value.value.pc : (answer.value.value.x[x] ?? '0x0'));
  };
  // The first visit shows a walk at once: that of the instruction that runs next.
  const ask =
    gva === null
      ? () => walkAtPc()
      : () => client.ask(host, 'walk', { vm: name, vcpu, address: gva, access });
  const walkAtPc = async () => {
    const registers = await client.ask(host, 'registers', { vm: name, vcpu });
    if (!registers.ok) return registers;
    return client.ask(host, 'walk', {
      vm: name,
      vcpu,
      address: registers.value.value.pc,
      access: 'execute',
    });
  };
  const answer = useAnswer(ask, 1000, [host, name, vcpu, gva, access, vm.state]);
  const walk = answer.value;
  const step: WalkStep | undefined = chosen === null ? undefined : walk?.steps[chosen];

  return (
    <div className={layout['stack']}>
      <form
        className={`${layout['row-wrap']} ${css['form']}`}
        onSubmit={(event) => {
          event.preventDefault();
          const address = parseAddress(text);
          if (address === undefined) setWrong(true);
          else walkTo(address);
        }}
      >
        <TextInput
          label={t('walk.address')}
          className={css['address']}
          value={text}
          placeholder={walk === null ? '0x8020 0000' : groupedHex(walk.gva)}
          onChange={(event) => setText(event.currentTarget.value)}
          error={wrong ? t('error.bad-address', { value: text }) : null}
          spellCheck={false}
          autoComplete="off"
        />
        <NativeSelect
          label={t('walk.access')}
          value={access}
          onChange={(event) => setAccess(event.currentTarget.value as AccessKind)}
          data={ACCESSES.map((kind) => ({ value: kind, label: t(`access.${kind}`) }))}
        />
        <Button type="submit">{t('walk.go')}</Button>
        <fieldset className={`${layout['row-tight']} ${css['quick']}`} aria-label={t('walk.quick')}>
          {QUICK.map((quick) => (
            <Button
              key={quick.name}
              variant="default"
              size="compact-sm"
              onClick={() => fromRegister(quick.x).catch(tellFailure)}
            >
              {quick.name}
            </Button>
          ))}
        </fieldset>
        <VcpuPicker count={vm.spec.vcpus} value={vcpu} onChange={setVcpu} />
      </form>
      <ErrorAlert error={answer.error} />
      {walk === null ? null : (
        <>
          <p className={css['result']} role="status" data-testid="walk-result">
            <span className={texts['mono']}>GVA {groupedHex(walk.gva)}</span>
            <Icon name="right" size={12} />
            <span className={texts['mono']}>
              {walk.gpa === undefined ? t('walk.noGpa') : `GPA ${groupedHex(walk.gpa)}`}
            </span>
            {walk.page === undefined ? null : <span>{t(`pageState.${walk.page}`)}</span>}
            <Icon name="right" size={12} />
            <span className={`${texts['mono']} ${css['spa']}`}>
              {walk.spa === undefined ? t('walk.noSpa') : `SPA ${groupedHex(walk.spa)}`}
            </span>
            {walk.fault === undefined ? null : (
              <span className={css['fault']}>
                <Icon name="alert" size={14} />
                {t('walk.fault', {
                  stage: walk.fault.stage,
                  level: walk.fault.level,
                  cause: walk.fault.cause,
                  why: t(`walk.why.${walk.fault.why}`, { defaultValue: walk.fault.why }),
                })}
              </span>
            )}
          </p>
          <p className={texts['quiet']}>
            {t('walk.references', { nested: walk.references.nested, native: walk.references.native })}{' '}
            <span className={css['tlb']} data-tlb={walk.tlb}>
              {t(`tlb.${walk.tlb}`)}
            </span>{' '}
            {t('walk.ids', { vmid: walk.vmid, asid: walk.space.asid })} ·{' '}
            {t('common.trueAt', { time: format.clock(answer.at) })}
          </p>
          <AddressBits address={walk.gva} stage="VS" />
          <WalkGrid walk={walk} chosen={chosen} onChoose={setChosen} />
          {step === undefined ? (
            <p className={texts['quiet']}>{t('walk.clickHint')}</p>
          ) : (
            <EntryDetail host={host} vm={name} vcpu={vcpu} step={step} onWalk={walkTo} />
          )}
        </>
      )}
    </div>
  );
}
