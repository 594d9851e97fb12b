/** A small button with an icon before its words, as views have them beside their headings. */
import { Button, type ButtonProps } from '@mantine/core';
import type { ComponentPropsWithoutRef } from 'react';
import { Icon, type IconName } from './icons.tsx';

interface Props extends ButtonProps, Omit<ComponentPropsWithoutRef<'button'>, keyof ButtonProps> {
  readonly icon: IconName;
  readonly 'data-danger'?: true | undefined;
}

export function SmallButton({ icon, ...props }: Props) {
  return (
    <Button variant="default" size="compact-sm" leftSection={<Icon name={icon} size={14} />} {...props} />
  );
}
