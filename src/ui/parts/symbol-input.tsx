/** A place in a VM's memory by its address, or by a name of which a part is enough: the image's names are listed while one types. */
import { Autocomplete } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAnswer, useClient } from './lab.tsx';

/** Names do not change while the VM has its image. */
const NEVER_AGAIN_MS = 3_600_000;

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly error: string | undefined;
  readonly className: string | undefined;
}

export function SymbolInput({ host, vm, label, value, onChange, error, className }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const part = value.trim().slice(0, 128);
  const { value: list } = useAnswer(() => client.ask(host, 'symbols', { vm, part }), NEVER_AGAIN_MS, [
    host,
    vm,
    part,
  ]);
  return (
    <Autocomplete
      size="xs"
      {...(className === undefined ? {} : { className })}
      aria-label={label}
      placeholder={label}
      value={value}
      error={error}
      description={list?.known === 0 ? t('machine.noNames') : undefined}
      data={[...new Set(list?.rows.map(({ name }) => name) ?? [])]}
      filter={({ options }) => options}
      maxDropdownHeight={240}
      onChange={onChange}
    />
  );
}
