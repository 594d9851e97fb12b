/** A field for lines that a person writes and a program reads: it grows with them, and nothing corrects them. */
import { Textarea, type TextareaProps } from '@mantine/core';

interface Props extends Omit<TextareaProps, 'onChange'> {
  readonly value: string;
  readonly onChange: (text: string) => void;
}

export function LinesField({ onChange, ...field }: Props) {
  return (
    <Textarea
      {...field}
      onChange={(event) => onChange(event.currentTarget.value)}
      autosize
      autoComplete="off"
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mono)' } }}
    />
  );
}
