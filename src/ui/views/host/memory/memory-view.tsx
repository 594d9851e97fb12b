/** The memory of a host: every frame of it on a map and in a table, and what the host does with them. */
import layout from '../../../kit/layout.module.css';
import { COLOUR_MODES } from '../../../parts/frame-map/colouring.ts';
import { useView } from '../../../parts/lab.tsx';
import type { HostViewProps } from '../../view.ts';
import { FrameSection } from './frame-section.tsx';
import { HugePagesCard } from './huge-pages-card.tsx';
import { PromisesCard } from './promises-card.tsx';
import { ReclaimCard } from './reclaim-card.tsx';
import { SharingCard } from './sharing-card.tsx';

export default function MemoryView({ index, host, parameters }: HostViewProps) {
  const view = useView(index);
  const { frame, colours } = parameters;
  const slots = new Map(host.vms.map(({ slot, spec }) => [spec.name, slot]));
  return (
    <div className={layout['sections']}>
      {view === undefined ? null : (
        <FrameSection
          index={index}
          host={host}
          view={view}
          askedFrame={frame === undefined ? undefined : Number(frame)}
          mode={COLOUR_MODES.find((each) => each === colours) ?? 'owner'}
        />
      )}
      <PromisesCard index={index} slots={slots} />
      <ReclaimCard index={index} host={host} view={view} />
      <HugePagesCard index={index} />
      <SharingCard index={index} slots={slots} />
    </div>
  );
}
