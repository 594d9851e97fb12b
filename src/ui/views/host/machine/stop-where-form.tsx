/** Where to stop besides: bytes that are accessed, an instruction, and when that counts. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabError } from '#base/result';
import type { Breakpoint, VmRef } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import { errorSentence } from '../../../parts/error-text.tsx';
import { useClient } from '../../../parts/lab.tsx';
import { SymbolInput } from '../../../parts/symbol-input.tsx';
import { tellFailure } from '../../../state/notices.ts';
import css from './stop-where-form.module.css';
import { placeOf } from './typed-place.ts';

const WAYS = ['write', 'read', 'any', 'execute'] as const;
const SIZES = [1, 2, 4, 8] as const;

export function StopWhereForm({
  vmRef,
  onAdd,
  onBack,
}: {
  readonly vmRef: VmRef;
  readonly onAdd: (breakpoint: Breakpoint) => void;
  /** Goes back to where it would have stopped the lab last. */
  readonly onBack: (breakpoint: Breakpoint) => void;
}) {
  const { t } = useTranslation();
  const client = useClient();
  const [place, setPlace] = useState('');
  const [way, setWay] = useState<(typeof WAYS)[number]>('write');
  const [length, setLength] = useState<number>(8);
  const [condition, setCondition] = useState('');
  const [wrong, setWrong] = useState<LabError | null>(null);
  const take = async (use: (breakpoint: Breakpoint) => void): Promise<void> => {
    const found = await placeOf(client, vmRef, place);
    setWrong(found.ok ? null : found.error);
    if (!found.ok) return;
    const of = { vm: vmRef.vm, address: found.value };
    const when = condition.trim() === '' ? {} : { condition: condition.trim() };
    use(
      way === 'execute'
        ? { kind: 'address', ...of, ...when }
        : { kind: 'watch', ...of, length, access: way, ...when },
    );
  };
  return (
    <form
      className={`${layout['row-wrap']} ${css['form']}`}
      onSubmit={(event) => {
        event.preventDefault();
        take(onAdd).catch(tellFailure);
      }}
    >
      <NativeSelect
        size="xs"
        label={t('machine.stopBefore')}
        value={way}
        onChange={(event) => setWay(WAYS.find((each) => each === event.currentTarget.value) ?? 'write')}
        data={WAYS.map((each) => ({ value: each, label: t(`machine.stopWay.${each}`) }))}
      />
      <NativeSelect
        size="xs"
        label={t('machine.watchedSize')}
        disabled={way === 'execute'}
        value={String(length)}
        onChange={(event) => setLength(Number(event.currentTarget.value))}
        data={SIZES.map((each) => ({ value: String(each), label: String(each) }))}
      />
      <SymbolInput
        host={vmRef.host}
        vm={vmRef.vm}
        label={t('machine.stopAt')}
        className={undefined}
        value={place}
        error={wrong === null ? undefined : errorSentence(wrong)}
        onChange={(typed) => {
          setPlace(typed);
          setWrong(null);
        }}
      />
      <TextInput
        size="xs"
        className={css['condition'] ?? ''}
        label={t('machine.onlyIf')}
        placeholder="a0 == 3 && [sp] != 0"
        title={t('machine.conditionHint')}
        value={condition}
        onChange={(event) => setCondition(event.currentTarget.value)}
      />
      <Button size="compact-sm" variant="default" type="submit" disabled={place.trim() === ''}>
        {t('machine.stopThere')}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        disabled={place.trim() === ''}
        title={t('machine.back.hint.there')}
        onClick={() => take(onBack).catch(tellFailure)}
      >
        {t('machine.back.of.there')}
      </Button>
    </form>
  );
}
