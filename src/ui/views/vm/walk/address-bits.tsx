/** How the mode of the walk splits its address: nine bits of index for each level, twelve of offset. */
import { useTranslation } from 'react-i18next';
import type { DrawnWalk } from '#bridge/protocol/answers';
import texts from '../../../kit/texts.module.css';
import { partsOf } from '../../../parts/walk/levels.ts';
import css from './address-bits.module.css';

export function AddressBits({ walk }: { readonly walk: DrawnWalk }) {
  const { t } = useTranslation();
  return (
    <div className={css['bits']} role="img" aria-label={t('walk.bitsLabel', { address: walk.gva })}>
      {partsOf(walk.gva, walk).map(({ level, high, low, value }) => (
        <span key={level} style={{ flexGrow: high - low + 1 }}>
          <small>
            {level < 0 ? t('walk.offset') : t('walk.vpn', { level })} [{high}:{low}]
          </small>
          <b className={texts['mono']}>{level < 0 ? `0x${value.toString(16)}` : value.toString()}</b>
        </span>
      ))}
    </div>
  );
}
