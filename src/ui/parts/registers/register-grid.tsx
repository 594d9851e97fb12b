/** Registers with their names of the ABI; those that have changed stand out. */
import type { ReactNode } from 'react';
import { groupedHex } from '../../kit/format.ts';
import css from './registers.module.css';

interface Props {
  readonly label: string;
  /** Of the architecture's own names: `x`, `f`. */
  readonly prefix: string;
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** As they were before; undefined: nothing is known to have changed. */
  readonly before: readonly string[] | undefined;
  /** What a value is the address of, if anything that has a name. */
  readonly nameOf?: (value: string) => ReactNode;
  /** The value as a way to somewhere; as text without. */
  readonly linkOf?: (value: string) => ReactNode;
}

export function RegisterGrid({ label, prefix, names, values, before, nameOf, linkOf }: Props) {
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
              {linkOf?.(value) ?? groupedHex(value)} {nameOf?.(value)}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
