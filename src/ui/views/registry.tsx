/**
 * Every view of the page, one row each. Navigation, tabs, palette, addresses and titles are made of this table: a new view is
 * its folder and its row. The order is that of the navigation and of the tabs; the first of a place is its face.
 */
import { NAME_PATTERN } from '#base/catalogue/names';
import { soon } from '../kit/later.tsx';
import { CHARTS_PATTERN } from './lab/dashboard/charts-pattern.ts';
import { TopologyView } from './lab/topology/topology-view.tsx';
import { LoadingLabView, LoadingView } from './loading.tsx';
import type { View } from './view.ts';

const ADDRESS = /^0x[0-9a-f]{1,16}$/;
const INDEX = /^\d{1,3}$/;
const SPACE = /^[a-z0-9:-]{1,40}$/;

export const VIEWS: readonly View[] = [
  // Home comes with the page; every other view comes when it is wanted, or when the page has nothing else to do.
  {
    place: 'lab',
    id: 'topology',
    icon: 'topology',
    title: 'nav.topology',
    parameters: { as: /^table$/ },
    component: TopologyView,
  },
  {
    place: 'lab',
    id: 'machines',
    icon: 'table',
    title: 'nav.machines',
    parameters: { sort: /^-?[a-z]{1,16}$/, find: /^[^\p{Cc}]{1,64}$/u },
    component: soon(() => import('./lab/machines/machines-view.tsx'), LoadingLabView),
  },
  {
    place: 'lab',
    id: 'charts',
    icon: 'chart',
    title: 'nav.charts',
    component: soon(() => import('./lab/charts/charts-view.tsx'), LoadingLabView),
  },
  {
    place: 'lab',
    id: 'dashboard',
    icon: 'layout',
    title: 'nav.dashboard',
    parameters: { charts: CHARTS_PATTERN },
    component: soon(() => import('./lab/dashboard/dashboard-view.tsx'), LoadingLabView),
  },
  {
    place: 'lab',
    id: 'history',
    icon: 'history',
    title: 'nav.history',
    component: soon(() => import('./lab/history/history-view.tsx'), LoadingLabView),
  },
  {
    place: 'host',
    id: 'summary',
    icon: 'server',
    title: 'host.summary',
    component: soon(() => import('./host/summary/summary-view.tsx'), LoadingView),
  },
  {
    place: 'host',
    id: 'bare',
    icon: 'chip',
    title: 'host.bare',
    parameters: { at: ADDRESS, access: /^(load|store|execute)$/ },
    ofOwner: 'software',
    component: soon(() => import('./host/bare/bare-view.tsx'), LoadingView),
  },
  {
    place: 'host',
    id: 'memory',
    icon: 'map',
    title: 'host.memory',
    ofOwner: 'hypervisor',
    parameters: { frame: ADDRESS, colours: /^(owner|use|access|age|heat)$/ },
    component: soon(() => import('./host/memory/memory-view.tsx'), LoadingView),
  },
  {
    place: 'host',
    id: 'scheduling',
    icon: 'history',
    title: 'host.scheduling',
    ofOwner: 'hypervisor',
    component: soon(() => import('./host/scheduling/scheduling-view.tsx'), LoadingView),
  },
  {
    place: 'host',
    id: 'adjustment',
    icon: 'step',
    title: 'host.adjustment',
    ofOwner: 'hypervisor',
    component: soon(() => import('./host/adjustment/adjustment-view.tsx'), LoadingView),
  },
  {
    place: 'host',
    id: 'storage',
    icon: 'disk',
    title: 'host.storage',
    ofOwner: 'hypervisor',
    component: soon(() => import('./host/storage/storage-view.tsx'), LoadingView),
  },
  {
    place: 'host',
    id: 'network',
    icon: 'topology',
    title: 'host.network',
    component: soon(() => import('./host/network/network-view.tsx'), LoadingView),
  },
  {
    place: 'host',
    id: 'packets',
    icon: 'network',
    title: 'host.packets',
    parameters: {
      capture: /^(\*|[A-Za-z0-9-]{1,63})$/,
      packet: /^\d{1,15}$/,
      at: /^[^\p{Cc}]{1,64}$/u,
      filter: /^[^\p{Cc}]{1,400}$/u,
    },
    component: soon(() => import('./host/packets/packets-view.tsx'), LoadingView),
  },
  {
    place: 'host',
    id: 'metrics',
    icon: 'chart',
    title: 'host.metrics',
    parameters: { metric: /^[a-z0-9-]{1,40}$/, of: /^[^\p{Cc}\s]{1,160}$/u },
    component: soon(() => import('./host/metrics/metrics-view.tsx'), LoadingView),
  },
  {
    place: 'host',
    id: 'comparison',
    icon: 'chart',
    title: 'host.comparison',
    ofOwner: 'hypervisor',
    component: soon(() => import('./host/comparison/comparison-view.tsx'), LoadingView),
  },
  {
    place: 'host',
    id: 'overhead',
    icon: 'chart',
    title: 'host.overhead',
    ofOwner: 'hypervisor',
    component: soon(() => import('./host/overhead/overhead-view.tsx'), LoadingView),
  },
  {
    place: 'host',
    id: 'machine',
    icon: 'chip',
    title: 'host.machine',
    ofOwner: 'hypervisor',
    parameters: { vm: NAME_PATTERN, vcpu: INDEX, at: ADDRESS, mem: ADDRESS, space: SPACE },
    ownSteps: true,
    component: soon(() => import('./host/machine/machine-view.tsx'), LoadingView),
  },
  {
    place: 'vm',
    id: 'overview',
    icon: 'terminal',
    title: 'vm.overview',
    component: soon(() => import('./vm/overview/overview-view.tsx'), LoadingView),
  },
  {
    place: 'vm',
    id: 'desktop',
    icon: 'present',
    title: 'vm.desktop',
    component: soon(() => import('./vm/desktop/desktop-view.tsx'), LoadingView),
  },
  {
    place: 'vm',
    id: 'registers',
    icon: 'chip',
    title: 'vm.registers',
    component: soon(() => import('./vm/registers/registers-view.tsx'), LoadingView),
  },
  {
    place: 'vm',
    id: 'walk',
    icon: 'topology',
    title: 'vm.walk',
    parameters: { at: ADDRESS, vcpu: INDEX, access: /^(load|store|execute)$/, space: SPACE, mode: /^V[SU]$/ },
    component: soon(() => import('./vm/walk/walk-view.tsx'), LoadingView),
  },
  {
    place: 'vm',
    id: 'memory',
    icon: 'map',
    title: 'vm.memory',
    parameters: { page: ADDRESS },
    component: soon(() => import('./vm/memory/memory-view.tsx'), LoadingView),
  },
  {
    place: 'vm',
    id: 'exits',
    icon: 'chart',
    title: 'vm.exits',
    component: soon(() => import('./vm/exits/exits-view.tsx'), LoadingView),
  },
  {
    place: 'vm',
    id: 'devices',
    icon: 'server',
    title: 'vm.devices',
    parameters: { device: /^[a-z0-9-]{1,32}$/, sort: /^-?[a-z]{1,16}$/ },
    component: soon(() => import('./vm/devices/devices-view.tsx'), LoadingView),
  },
  {
    place: 'vm',
    id: 'snapshots',
    icon: 'copy',
    title: 'vm.snapshots',
    component: soon(() => import('./vm/snapshots/snapshots-view.tsx'), LoadingView),
  },
];
