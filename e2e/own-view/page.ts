/** The page with views that are not the product's: one of the lab, one of a host, one of a VM, a row each. */
import { createElement, type ReactElement } from 'react';
import { labWorkers } from '../../src/bridge/client/lab-worker.ts';
import { installTrustedTypes } from '../../src/bridge/protocol/trusted-types.ts';
import { startPage } from '../../src/ui/main.tsx';
import { VIEWS } from '../../src/ui/views/registry.tsx';
import type { HostViewProps, LabViewProps, View, VmViewProps } from '../../src/ui/views/view.ts';

function Sights({ parameters }: LabViewProps): ReactElement {
  return createElement('p', null, `A view of the lab, from ${parameters['side'] ?? 'nowhere'}`);
}
function Cellar({ host }: HostViewProps): ReactElement {
  return createElement('p', null, `Below ${host.name} with ${host.vms.length} VMs`);
}
function Pulse({ host, vm }: VmViewProps): ReactElement {
  return createElement('p', null, `The pulse of ${vm.spec.name} on host ${host}: ${vm.state}`);
}

const OWN: readonly View[] = [
  {
    place: 'lab',
    id: 'sights',
    icon: 'map',
    title: 'Sights',
    parameters: { side: /^[a-z]+$/ },
    component: Sights,
  },
  { place: 'host', id: 'cellar', icon: 'layout', title: 'Cellar', component: Cellar },
  { place: 'vm', id: 'pulse', icon: 'chart', title: 'Pulse', component: Pulse },
];

installTrustedTypes(location);
startPage(crossOriginIsolated, undefined, labWorkers(), [...VIEWS, ...OWN]);
