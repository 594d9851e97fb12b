/** A host at a glance: the map of its frames with the same content as a table, and what its harts did. */
import layout from '../../../kit/layout.module.css';
import { useView } from '../../../parts/lab.tsx';
import type { HostViewProps } from '../../view.ts';
import { FrameSection } from './frame-section.tsx';
import { TimelineSection } from './timeline-section.tsx';

export default function SummaryView({ index, host, parameters }: HostViewProps) {
  const view = useView(index);
  const frame = parameters['frame'];
  return (
    <div className={layout['sections']}>
      {view === undefined ? null : (
        <FrameSection
          index={index}
          host={host}
          view={view}
          askedFrame={frame === undefined ? undefined : Number(frame)}
        />
      )}
      <TimelineSection index={index} host={host} />
    </div>
  );
}
