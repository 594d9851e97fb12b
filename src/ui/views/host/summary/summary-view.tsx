/** A host at a glance: who has its memory, and what its harts did. */
import layout from '../../../kit/layout.module.css';
import { useView } from '../../../parts/lab.tsx';
import { TimelineSection } from '../../../parts/timeline-section.tsx';
import type { HostViewProps } from '../../view.ts';
import { ExtensionsCard } from './extensions-card.tsx';
import { MemorySection } from './memory-section.tsx';

export default function SummaryView({ index, host }: HostViewProps) {
  const view = useView(index);
  return (
    <div className={layout['sections']}>
      {view === undefined ? null : <MemorySection index={index} host={host} view={view} />}
      <ExtensionsCard index={index} />
      <TimelineSection index={index} host={host} />
    </div>
  );
}
