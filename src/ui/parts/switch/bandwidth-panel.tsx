/** The bandwidth of a switch's cards as a form: how much there is, how it is given out, and the share of each card. */
import { NativeSelect, NumberInput, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import layout from '../../kit/layout.module.css';
import { ScrollX } from '../../kit/scroll-x.tsx';
import table from '../../kit/table.module.css';
import texts from '../../kit/texts.module.css';
import { useFormat } from '../lab.tsx';
import {
  ALLOCATIONS,
  type BandwidthDraft,
  IDLE_MS,
  isIdle,
  isRate,
  RATES,
  sharesOf,
} from './bandwidth-draft.ts';
import { portNames } from './port-names.ts';

interface Props {
  readonly draft: BandwidthDraft;
  readonly ports: readonly string[];
  readonly onChange: (draft: BandwidthDraft) => void;
}

const FIELD = { clampBehavior: 'none', decimalScale: 3, allowNegative: false } as const;

function Shares({ draft, ports, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <ScrollX label={t('bandwidthForm.shares')}>
      <table className={table['table']} aria-label={t('bandwidthForm.shares')}>
        <thead>
          <tr>
            <th>{t('switch.port')}</th>
            <th>{t('bandwidth.share')}</th>
          </tr>
        </thead>
        <tbody>
          {portNames(ports, Object.keys(draft.shares)).map((name) => {
            const share = draft.shares[name] ?? '';
            return (
              <tr key={name}>
                <td className={texts['mono']}>{name}</td>
                <td>
                  <NumberInput
                    {...FIELD}
                    size="xs"
                    w={160}
                    hideControls
                    aria-label={`${name}: ${t('bandwidth.share')}`}
                    value={share}
                    suffix=" Mbit/s"
                    placeholder={t('bandwidthForm.notLimited')}
                    error={share === '' || isRate(share) ? undefined : t('port.wrong', RATES)}
                    onChange={(value) => onChange({ ...draft, shares: { ...draft.shares, [name]: value } })}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollX>
  );
}

export function BandwidthPanel(props: Props) {
  const { draft, onChange } = props;
  const { isOn, whole, allocation, idle } = draft;
  const { t } = useTranslation();
  const format = useFormat();
  const set = (more: Partial<BandwidthDraft>): void => onChange({ ...draft, ...more });
  const given = sharesOf(draft);
  const sum = { given: format.bitRate(given * 1e6), whole: format.bitRate(Number(whole) * 1e6) };
  const isTooMuch = allocation === 'fixed' && given > Number(whole);
  return (
    <>
      <p className={texts['quiet']}>{t('bandwidthForm.hint')}</p>
      <Switch
        size="xs"
        label={t('bandwidthForm.isOn')}
        checked={isOn}
        onChange={(event) => set({ isOn: event.currentTarget.checked })}
      />
      {isOn ? (
        <>
          <div className={layout['row-form']}>
            <NumberInput
              {...FIELD}
              label={t('bandwidth.whole')}
              value={whole}
              suffix=" Mbit/s"
              error={isRate(whole) ? undefined : t('port.wrong', RATES)}
              onChange={(value) => set({ whole: value })}
            />
            <NativeSelect
              label={t('bandwidth.allocation')}
              value={allocation}
              onChange={(event) => set({ allocation: event.currentTarget.value })}
              data={ALLOCATIONS.map((value) => ({ value, label: t(`bandwidth.allocations.${value}`) }))}
            />
            {allocation === 'fixed' ? null : (
              <NumberInput
                {...FIELD}
                label={t('bandwidthForm.idle')}
                value={idle}
                suffix=" ms"
                error={isIdle(idle) ? undefined : t('port.wrong', IDLE_MS)}
                onChange={(value) => set({ idle: value })}
              />
            )}
          </div>
          <p className={texts['quiet']}>{t(`bandwidth.hints.${allocation}`)}</p>
          <Shares {...props} />
          <p className={texts['quiet']} role="status">
            {given === 0 ? t('bandwidthForm.noShare') : t('bandwidthForm.given', sum)}
            {isTooMuch ? ` ${t('bandwidthForm.tooMuch')}` : ''}
          </p>
        </>
      ) : null}
    </>
  );
}
