/** Who has how much of the host's RAM, as one bar; the map of its frames is a view of its own. */

import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { PAGE_SIZE } from '#base/addresses';
import { FRAME_STATE } from '#base/catalogue/frame-states';
import type { ViewReader } from '#base/views';
import type { HostDescription } from '#bridge/protocol/answers';
import { useShown } from '../../../kit/frame-clock.ts';
import layout from '../../../kit/layout.module.css';
import legend from '../../../kit/legend.module.css';
import { SmallButton } from '../../../kit/small-button.tsx';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import { OwnerSwatch } from '../../../parts/owner-swatch.tsx';
import { HYPERVISOR_COLOR, ownerColor } from '../../../parts/palette.ts';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute } from '../../../state/routes.ts';
import { framesByOwner } from './frames-by-owner.ts';
import css from './memory-section.module.css';

/** Counted when frames have changed. */
function useCounts(view: ViewReader) {
  const last = useRef({ generation: -1, counts: framesByOwner(view, FRAME_STATE['page-table']) });
  return useShown(2, () => {
    const generation = view.framesGeneration();
    if (generation !== last.current.generation)
      last.current = { generation, counts: framesByOwner(view, FRAME_STATE['page-table']) };
    return last.current.counts;
  });
}

interface Props {
  readonly index: number;
  readonly host: HostDescription;
  readonly view: ViewReader;
}

export function MemorySection({ index, host, view }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const counts = useCounts(view);
  const parts = [
    ...host.vms.map(({ slot, spec }) => ({
      ...{ key: spec.name, owner: slot, name: spec.name, frames: counts.vms[slot] ?? 0 },
      color: ownerColor(slot, false),
    })),
    {
      ...{ key: ' tables', owner: 'hypervisor' as const, name: t('owner.hypervisor') },
      ...{ frames: counts.tables, color: HYPERVISOR_COLOR },
    },
  ];
  return (
    <section className={layout['card']}>
      <header className={layout['row-wrap']}>
        <h3>{t('ownedMemory.byOwner')}</h3>
        <span className={layout['grow']} />
        <SmallButton icon="map" onClick={() => useChoices.getState().go(hostRoute(index, 'memory'))}>
          {t('ownedMemory.toMap')}
        </SmallButton>
      </header>
      <div className={css['bar']} aria-hidden="true">
        {parts.map(({ key, frames, color }) => (
          <span key={key} style={{ flexGrow: frames, background: color }} />
        ))}
        <span style={{ flexGrow: counts.free }} />
      </div>
      <div className={legend['legend']} data-testid="memory-by-owner">
        {parts.map(({ key, owner, name, frames }) => (
          <span key={key} className={legend['item']}>
            <OwnerSwatch owner={owner} />
            <span className={`${texts['name']} ${legend['name']}`} title={name}>
              {name}
            </span>
            {format.bytes(frames * PAGE_SIZE)}
          </span>
        ))}
        <span className={legend['item']}>
          <OwnerSwatch owner="free" />
          {t('owner.free')} {format.bytes(counts.free * PAGE_SIZE)}
        </span>
      </div>
    </section>
  );
}
