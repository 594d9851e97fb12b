/** What the colours of the map mean in the mode that is chosen. */
import { useComputedColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FRAME_STATES, type FramePattern } from '#base/catalogue/frame-states';
import type { HostDescription } from '#bridge/protocol/answers';
import legend from '../../../kit/legend.module.css';
import { Swatch } from '../../../kit/swatch.tsx';
import texts from '../../../kit/texts.module.css';
import { type ColourMode, colourOfUse, wordsOf } from '../../../parts/frame-map/colouring.ts';
import { OwnerSwatch } from '../../../parts/owner-swatch.tsx';
import css from './frame-section.module.css';

/** States that are seen by a pattern. */
const DRAWN_STATES = FRAME_STATES.filter(({ pattern }) => (pattern as FramePattern) !== 'plain');

function Owners({ host }: { readonly host: HostDescription }) {
  const { t } = useTranslation();
  return (
    <div className={legend['legend']} data-testid="owners">
      {host.vms.map((vm) => (
        <span key={vm.slot} className={legend['item']}>
          <OwnerSwatch owner={vm.slot} />
          <span className={`${texts['name']} ${legend['name']}`} title={vm.spec.name}>
            {vm.spec.name}
          </span>
        </span>
      ))}
      {(['hypervisor', 'free'] as const).map((owner) => (
        <span key={owner} className={legend['item']}>
          <OwnerSwatch owner={owner} />
          {t(`owner.${owner}`)}
        </span>
      ))}
      <span className={css['gap']} />
      {DRAWN_STATES.map(({ id, pattern }) => (
        <span key={id} className={legend['item']}>
          <span className={css['pattern']} data-pattern={pattern} />
          {t(`frameState.${id}`)}
        </span>
      ))}
    </div>
  );
}

export function FrameLegend({ host, mode }: { readonly host: HostDescription; readonly mode: ColourMode }) {
  const { t } = useTranslation();
  const dark = useComputedColorScheme('light') === 'dark';
  if (mode === 'owner') return <Owners host={host} />;
  return (
    <div className={legend['legend']} data-testid="owners">
      {wordsOf(mode).map((word) => (
        <span key={word} className={legend['item']}>
          <Swatch color={colourOfUse(word, dark)} />
          {t(`frames.is.${word}`)}
        </span>
      ))}
    </div>
  );
}
