/** A row of the listing: a label, or an instruction with its breakpoint, heat and kind of code. */
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hex64 } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import { Icon } from '../../../kit/icons.tsx';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import css from './code-listing.module.css';
import { type CodeRow, halvesOf, targetText, wordsOf } from './code-rows.ts';

/** A phone shows the first four and heat: more in a row without content would make columns there. */
export const PHONE_COLUMNS = 4;

export interface CodeActions {
  readonly toggle: (address: Hex64) => void;
  readonly runTo: (address: Hex64) => void;
  readonly go: (address: Hex64) => void;
}

interface RowProps {
  readonly row: CodeRow;
  readonly index: number;
  readonly height: number;
  readonly isCurrent: boolean;
  readonly hasStop: boolean;
  readonly isSelected: boolean;
  readonly actions: CodeActions;
}

/** Of the row's element, for the cursor. */
export function idOf(index: number): string {
  return `code-row-${index}`;
}

function Heat({ row }: { readonly row: CodeRow & { readonly kind: 'line' } }) {
  const format = useFormat();
  if (row.line.samples === 0) return null;
  return (
    <>
      <span className={css['bar']} style={{ width: `${Math.max(3, row.heat * 100)}%` }} />
      <span className={css['share']}>{format.share(row.share)}</span>
    </>
  );
}

export const Row = memo(function Row({
  row,
  index,
  height,
  isCurrent,
  hasStop,
  isSelected,
  actions,
}: RowProps) {
  const { t } = useTranslation();
  // The first row of the grid is its head.
  const place = { id: idOf(index), 'aria-rowindex': index + 2, style: { height } };
  if (row.kind === 'label')
    return (
      <tr {...place} className={css['label']}>
        <td colSpan={PHONE_COLUMNS}>{row.name}:</td>
      </tr>
    );
  const { line, address } = row;
  const { mnemonic, operands } = wordsOf(line);
  const { upper, lower } = halvesOf(address);
  const { target } = line;
  const state = line.translated ? 'translated' : line.executed ? 'interpreted' : 'never';
  return (
    <tr
      {...place}
      aria-selected={isSelected}
      aria-current={isCurrent ? 'true' : undefined}
      data-address={address}
      data-state={state}
    >
      <td className={css['breakpoint']}>
        <button
          type="button"
          tabIndex={-1}
          aria-pressed={hasStop}
          aria-label={t('machine.breakpointAt', { address: groupedHex(address) })}
          onClick={() => actions.toggle(address)}
        />
      </td>
      <td className={`${texts['mono']} ${css['address']}`}>
        {isCurrent ? (
          <span className={css['here']} role="img" aria-label={t('machine.here')} title={t('machine.here')}>
            <Icon name="right" size={12} />
          </span>
        ) : null}
        <span className={css['upper']}>{upper}</span>
        {lower}
      </td>
      <td className={`${texts['mono']} ${css['bytes']}`}>{line.bytes}</td>
      <td
        className={`${texts['mono']} ${css['instruction']}`}
        title={`${mnemonic} ${operands} ${target === undefined ? '' : targetText(line)}`.trim()}
      >
        <b>{mnemonic}</b> {operands}{' '}
        {target === undefined ? null : (
          <button
            type="button"
            className={`${texts['link']} ${texts['mono']}`}
            tabIndex={-1}
            title={t('machine.goTo', { address: groupedHex(target) })}
            onClick={() => actions.go(target)}
          >
            {targetText(line)}
          </button>
        )}
      </td>
      <td className={css['heat']} title={t('figureSource.heat')}>
        <Heat row={row} />
      </td>
      <td className={css['code']} title={t(`machine.codeHint.${state}`)}>
        {t(`machine.code.${state}`)}
      </td>
      <td className={css['run']}>
        <button
          type="button"
          tabIndex={-1}
          aria-label={t('machine.runTo', { address: groupedHex(address) })}
          title={t('machine.runToHere')}
          onClick={() => actions.runTo(address)}
        >
          <Icon name="play" size={12} />
        </button>
      </td>
    </tr>
  );
});
