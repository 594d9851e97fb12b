/** Home: the lab as a graph or as tables, and beside it what is selected. */
import { ActionIcon } from '@mantine/core';
import { ReactFlowProvider } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import type { LabDescription } from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import { later, soon } from '../../../kit/later.tsx';
import { UndoButtons } from '../../../parts/deeds/undo-buttons.tsx';
import { useLab } from '../../../parts/lab.tsx';
import { useChoices } from '../../../state/choices.ts';
import { labRoute } from '../../../state/routes.ts';
import type { LabViewProps } from '../../view.ts';
import { arrangeFor } from './arrangement.ts';
import { useOpenPort } from './edit/open-port.ts';
import { Graph } from './graph.tsx';
import { Inspector } from './inspector.tsx';
import css from './topology-view.module.css';
import { usePlaces } from './use-places.ts';
import { usePorts } from './use-ports.ts';

const PortDialogs = later(() => import('./edit/port-dialogs.tsx'));
const TopologyTable = soon(() => import('./table/topology-table.tsx'));

export function TopologyView({ parameters }: LabViewProps) {
  const lab = useLab();
  if (lab === null) return null;
  return <Topology key={arrangeFor(lab)} lab={lab} isTable={parameters['as'] === 'table'} />;
}

interface Props {
  readonly lab: LabDescription;
  readonly isTable: boolean;
}

function Tools({ isTable }: Pick<Props, 'isTable'>) {
  const { t } = useTranslation();
  const text = t(isTable ? 'wiring.asGraph' : 'wiring.asTable');
  const show = (): void =>
    useChoices.getState().go(labRoute('topology', isTable ? {} : { as: 'table' }), 'replace');
  return (
    <>
      <ActionIcon size={30} variant="default" aria-label={text} title={text} onClick={show}>
        <Icon name={isTable ? 'topology' : 'table'} size={14} />
      </ActionIcon>
      <UndoButtons />
    </>
  );
}

function Topology({ lab, isTable }: Props) {
  const ports = usePorts(lab);
  const places = usePlaces(lab);
  const isPresenting = useChoices((state) => state.isPresenting);
  const isPortOpen = useOpenPort((state) => state.of !== null);
  const tools = <Tools isTable={isTable} />;
  return (
    <div className={css['topology']} data-presenting={isPresenting || undefined}>
      {isTable ? (
        <TopologyTable lab={lab} ports={ports} tools={tools} />
      ) : (
        <ReactFlowProvider>
          <Graph lab={lab} ports={ports} places={places} tools={tools} />
        </ReactFlowProvider>
      )}
      {isPresenting ? null : <Inspector lab={lab} ports={ports} />}
      {isPortOpen ? <PortDialogs /> : null}
    </div>
  );
}
