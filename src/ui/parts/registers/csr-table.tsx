/** CSRs with their fields, by the table of the architecture; those that have changed stand out. */
import { useTranslation } from 'react-i18next';
import type { CsrValue } from '#bridge/protocol/answers';
import chip from '../../kit/chip.module.css';
import { groupedHex } from '../../kit/format.ts';
import { ScrollX } from '../../kit/scroll-x.tsx';
import table from '../../kit/table.module.css';
import texts from '../../kit/texts.module.css';
import css from './registers.module.css';

/** Small values as numbers, the rest (page numbers, masks) in hex. */
function shortValue(hex: string): string {
  return hex.length <= 3 ? String(Number(hex)) : hex;
}

function CsrRow({ csr, hasChanged }: { readonly csr: CsrValue; readonly hasChanged: boolean }) {
  return (
    <tr data-changed={hasChanged || undefined}>
      <td className={texts['mono']} title={`0x${csr.address.toString(16)}`}>
        {csr.name}
      </td>
      <td className={texts['mono']}>{groupedHex(csr.value)}</td>
      <td>
        {csr.fields.map((field) => (
          <span
            key={field.name}
            className={chip['field']}
            data-set={field.value !== '0x0' || undefined}
            title={field.high === field.low ? `[${field.low}]` : `[${field.high}:${field.low}]`}
          >
            {field.name} = {field.meaning ?? shortValue(field.value)}
          </span>
        ))}
      </td>
    </tr>
  );
}

interface Props {
  readonly csrs: readonly CsrValue[];
  /** As they were before; undefined: nothing is known to have changed. */
  readonly before: readonly CsrValue[] | undefined;
}

export function CsrTable({ csrs, before }: Props) {
  const { t } = useTranslation();
  const hasChanged = ({ name, value }: CsrValue): boolean =>
    before?.some((csr) => csr.name === name && csr.value !== value) === true;
  return (
    <ScrollX label={t('registers.csrs')}>
      <table className={`${table['table']} ${css['csrs']}`}>
        <thead>
          <tr>
            <th>{t('registers.csr')}</th>
            <th>{t('registers.value')}</th>
            <th>{t('registers.fields')}</th>
          </tr>
        </thead>
        <tbody>
          {csrs.map((csr) => (
            <CsrRow key={csr.name} csr={csr} hasChanged={hasChanged(csr)} />
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
