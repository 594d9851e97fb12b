/** A field for a whole number within limits; what lies outside comes within them once the field is left. */
import { NumberInput, type NumberInputProps } from '@mantine/core';

interface Props extends Omit<NumberInputProps, 'min' | 'max' | 'clampBehavior' | 'allowDecimal'> {
  readonly limits: { readonly least: number; readonly most: number };
}

export function WholeNumber({ limits: { least, most }, ...field }: Props) {
  return <NumberInput {...field} min={least} max={most} clampBehavior="blur" allowDecimal={false} />;
}
