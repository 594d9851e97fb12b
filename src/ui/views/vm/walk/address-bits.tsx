/** How Sv39 splits an address: three times nine bits of index, twelve of offset (privileged spec, "Sv39 virtual address"). */
import { useTranslation } from 'react-i18next';
import texts from '../../../kit/texts.module.css';
import css from './address-bits.module.css';

const PARTS = [
  { key: 'vpn2', high: 38, low: 30 },
  { key: 'vpn1', high: 29, low: 21 },
  { key: 'vpn0', high: 20, low: 12 },
  { key: 'offset', high: 11, low: 0 },
] as const;

export function AddressBits({ address }: { readonly address: string }) {
  const { t } = useTranslation();
  const value = BigInt(address);
  return (
    <div className={css['bits']} role="img" aria-label={t('walk.bitsLabel', { address })}>
      {PARTS.map((part) => {
        const index = (value >> BigInt(part.low)) & ((1n << BigInt(part.high - part.low + 1)) - 1n);
        return (
          <span key={part.key} style={{ flexGrow: part.high - part.low + 1 }}>
            <small>
              {t(`walk.${part.key}`)} [{part.high}:{part.low}]
            </small>
            <b className={texts['mono']}>
              {part.key === 'offset' ? `0x${index.toString(16)}` : index.toString()}
            </b>
          </span>
        );
      })}
    </div>
  );
}
