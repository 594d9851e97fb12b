/** The registers of a device, as its specification names them: how often each was read and written, and what it holds now. */
import { useTranslation } from 'react-i18next';
import type { DeviceDetail, RegisterState } from '#bridge/protocol/answers';
import { languageNow } from '../../../i18n/language.ts';
import chip from '../../../kit/chip.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import { SortHead } from '../../../kit/sort-head.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import css from './devices.module.css';

interface Props {
  readonly detail: DeviceDetail;
  /** A column; with `-` in front the other way round. */
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

/** Columns that the table can be sorted by; numbers of accesses with the most first. */
const SORTED = {
  offset: (left: RegisterState, right: RegisterState) => left.offset - right.offset,
  name: (left: RegisterState, right: RegisterState) => left.name.localeCompare(right.name),
  reads: (left: RegisterState, right: RegisterState) => right.reads - left.reads,
  writes: (left: RegisterState, right: RegisterState) => right.writes - left.writes,
} as const;
type Column = keyof typeof SORTED;
const COLUMNS = Object.keys(SORTED) as Column[];

function orderOf(sort: string): { readonly column: Column; readonly isTurned: boolean } {
  const column = COLUMNS.find((each) => each === sort.replace('-', '')) ?? 'offset';
  return { column, isTurned: sort.startsWith('-') };
}

/** Elements of arrays of which there is nothing to say. */
function isIdle({ element, reads, writes, value }: RegisterState): boolean {
  return element !== undefined && reads + writes === 0 && (value ?? '0x0') === '0x0';
}

export function RegisterTable({ detail, sort, onSort }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { column, isTurned } = orderOf(sort);
  const turn = isTurned ? -1 : 1;
  const shown = detail.registers
    .filter((register) => !isIdle(register))
    .sort((left, right) => turn * SORTED[column](left, right) || left.offset - right.offset);
  const idle = detail.registers.length - shown.length;
  const { reads, writes } = detail.elsewhere;
  const heading = (id: Column, title: string) => {
    const isChosen = column === id;
    const isRising = (id === 'reads' || id === 'writes') === isTurned;
    return (
      <SortHead
        title={title}
        isNumber={id === 'reads' || id === 'writes'}
        sorted={isChosen ? (isRising ? 'ascending' : 'descending') : 'none'}
        onSort={() => onSort(isChosen && !isTurned ? `-${id}` : id)}
      />
    );
  };
  return (
    <>
      <ScrollX label={t('deviceParts.registers')}>
        <table className={table['table']} data-testid="registers">
          <thead>
            <tr>
              {heading('offset', t('deviceParts.offset'))}
              {heading('name', t('deviceParts.name'))}
              <th>{t('deviceParts.access')}</th>
              {heading('reads', t('deviceParts.reads'))}
              {heading('writes', t('deviceParts.writes'))}
              <th>{t('deviceParts.value')}</th>
              <th>{t('deviceParts.meaning')}</th>
              <th>{t('deviceParts.section')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((register) => (
              <tr key={register.offset} data-register={register.name}>
                <td className={texts['mono']}>0x{register.offset.toString(16)}</td>
                <td className={texts['mono']}>
                  {register.name}
                  {register.element === undefined ? '' : `[${register.element}]`}
                </td>
                <td className={texts['mono']}>{register.access}</td>
                <td className={table['number']}>{format.integer(register.reads)}</td>
                <td className={table['number']}>{format.integer(register.writes)}</td>
                <td className={texts['mono']}>
                  {register.value ?? '–'}
                  {register.fields.length === 0 ? null : (
                    <div>
                      {register.fields.map(({ name, value }) => (
                        <span key={name} className={chip['field']} data-set={value !== 0 || undefined}>
                          {name} {value}
                        </span>
                      ))}
                    </div>
                  )}
                </td>
                <td className={css['meaning']}>{register.text[languageNow()]}</td>
                <td className={css['section']}>{register.section}</td>
              </tr>
            ))}
            {reads + writes === 0 ? null : (
              <tr>
                <td />
                <td colSpan={2}>{t('deviceParts.elsewhere')}</td>
                <td className={table['number']}>{format.integer(reads)}</td>
                <td className={table['number']}>{format.integer(writes)}</td>
                <td colSpan={3} />
              </tr>
            )}
          </tbody>
        </table>
      </ScrollX>
      {idle === 0 ? null : <p className={texts['quiet']}>{t('deviceParts.untouched', { count: idle })}</p>}
    </>
  );
}
