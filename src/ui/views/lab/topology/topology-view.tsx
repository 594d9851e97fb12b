/** Home: the lab as a graph, and beside it what is selected. */
import { ReactFlowProvider } from '@xyflow/react';
import type { LabDescription } from '#bridge/protocol/answers';
import { useLab } from '../../../parts/lab.tsx';
import { useChoices } from '../../../state/choices.ts';
import { arrangeFor } from './arrangement.ts';
import { Graph } from './graph.tsx';
import { Inspector } from './inspector.tsx';
import css from './topology-view.module.css';
import { usePorts } from './use-ports.ts';

export function TopologyView() {
  const lab = useLab();
  return lab === null ? null : <Topology lab={lab} />;
}

function Topology({ lab }: { readonly lab: LabDescription }) {
  const ports = usePorts(lab.hosts.length);
  const isPresenting = useChoices((state) => state.isPresenting);
  const key = arrangeFor(lab);
  return (
    <div className={css['topology']} data-presenting={isPresenting || undefined}>
      <ReactFlowProvider key={key}>
        <Graph lab={lab} ports={ports} />
      </ReactFlowProvider>
      {isPresenting ? null : <Inspector lab={lab} ports={ports} />}
    </div>
  );
}
