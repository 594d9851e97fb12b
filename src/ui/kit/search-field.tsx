/** A field for words that are looked for, in the heading of what they are looked for in. */
import { TextInput, type TextInputProps } from '@mantine/core';
import { Icon } from './icons.tsx';

interface Props extends Pick<TextInputProps, 'onKeyDown'> {
  /** What is found by it. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

export function SearchField({ label, onChange, ...field }: Props) {
  return (
    <TextInput
      {...field}
      size="xs"
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<Icon name="search" size={13} />}
      maxLength={64}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
