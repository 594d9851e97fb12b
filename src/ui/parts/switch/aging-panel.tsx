/** How long a switch remembers behind which port an address is. */
import { NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import layout from '../../kit/layout.module.css';
import texts from '../../kit/texts.module.css';
import { AGING_SECONDS, type FieldNumber, isAgingRight } from './bandwidth-draft.ts';

interface Props {
  readonly seconds: FieldNumber;
  readonly onChange: (seconds: FieldNumber) => void;
}

export function AgingPanel({ seconds, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <p className={texts['quiet']}>{t('agingForm.hint')}</p>
      <div className={layout['row-form']}>
        <NumberInput
          label={t('agingForm.seconds')}
          value={seconds}
          clampBehavior="none"
          decimalScale={3}
          allowNegative={false}
          suffix=" s"
          placeholder={t('agingForm.usual', { seconds: AGING_SECONDS.usual })}
          error={isAgingRight(seconds) ? undefined : t('port.wrong', AGING_SECONDS)}
          onChange={onChange}
        />
      </div>
    </>
  );
}
