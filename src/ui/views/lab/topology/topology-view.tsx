/** Home: the lab as a graph, and beside it what is selected. */
import { ReactFlowProvider } from '@xyflow/react';
import { useLab } from '../../../parts/lab.tsx';
import { Graph } from './graph.tsx';
import { Inspector } from './inspector.tsx';
import css from './topology-view.module.css';

export function TopologyView() {
  const lab = useLab();
  if (lab === null) return null;
  return (
    <div className={css['topology']}>
      <ReactFlowProvider>
        <Graph lab={lab} />
      </ReactFlowProvider>
      <Inspector lab={lab} />
    </div>
  );
}
