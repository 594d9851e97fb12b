/**
 * Every view of the page, one row each. Navigation, tabs, palette, addresses and titles are made of this table: a new view is
 * its folder and its row. The order is that of the navigation and of the tabs; the first of a place is its face.
 */
import { NAME_PATTERN } from '#base/catalogue/names';
import { TopologyView } from './lab/topology/topology-view.tsx';
import { later } from './later.ts';
import type { View } from './view.ts';

const ADDRESS = /^0x[0-9a-f]{1,16}$/;
const INDEX = /^\d{1,3}$/;
const SPACE = /^[a-z0-9:-]{1,40}$/;

export const VIEWS: readonly View[] = [
  // Home comes with the page; every other view comes when it is wanted, or when the page has nothing else to do.
  { place: 'lab', id: 'topology', icon: 'topology', title: 'nav.topology', component: TopologyView },
  {
    place: 'lab',
    id: 'machines',
    icon: 'table',
    title: 'nav.machines',
    parameters: { sort: /^-?[a-z]{1,16}$/, find: /^[^\p{Cc}]{1,64}$/u },
    component: later(() => import('./lab/machines/machines-view.tsx')),
  },
  {
    place: 'lab',
    id: 'charts',
    icon: 'chart',
    title: 'nav.charts',
    component: later(() => import('./lab/charts/charts-view.tsx')),
  },
  {
    place: 'lab',
    id: 'history',
    icon: 'history',
    title: 'nav.history',
    component: later(() => import('./lab/history/history-view.tsx')),
  },
  {
    place: 'host',
    id: 'summary',
    icon: 'server',
    title: 'host.summary',
    component: later(() => import('./host/summary/summary-view.tsx')),
  },
  {
    place: 'host',
    id: 'memory',
    icon: 'map',
    title: 'host.memory',
    parameters: { frame: ADDRESS, colours: /^(owner|use|access|age|heat)$/ },
    component: later(() => import('./host/memory/memory-view.tsx')),
  },
  {
    place: 'host',
    id: 'machine',
    icon: 'chip',
    title: 'host.machine',
    parameters: { vm: NAME_PATTERN, vcpu: INDEX, at: ADDRESS, mem: ADDRESS, space: SPACE },
    ownSteps: true,
    component: later(() => import('./host/machine/machine-view.tsx')),
  },
  {
    place: 'vm',
    id: 'overview',
    icon: 'terminal',
    title: 'vm.overview',
    component: later(() => import('./vm/overview/overview-view.tsx')),
  },
  {
    place: 'vm',
    id: 'registers',
    icon: 'chip',
    title: 'vm.registers',
    component: later(() => import('./vm/registers/registers-view.tsx')),
  },
  {
    place: 'vm',
    id: 'walk',
    icon: 'topology',
    title: 'vm.walk',
    parameters: { at: ADDRESS, vcpu: INDEX, access: /^(load|store|execute)$/, space: SPACE, mode: /^V[SU]$/ },
    component: later(() => import('./vm/walk/walk-view.tsx')),
  },
  {
    place: 'vm',
    id: 'memory',
    icon: 'map',
    title: 'vm.memory',
    parameters: { page: ADDRESS },
    component: later(() => import('./vm/memory/memory-view.tsx')),
  },
  {
    place: 'vm',
    id: 'exits',
    icon: 'chart',
    title: 'vm.exits',
    component: later(() => import('./vm/exits/exits-view.tsx')),
  },
  {
    place: 'vm',
    id: 'devices',
    icon: 'server',
    title: 'vm.devices',
    component: later(() => import('./vm/devices/devices-view.tsx')),
  },
  {
    place: 'vm',
    id: 'snapshots',
    icon: 'copy',
    title: 'vm.snapshots',
    component: later(() => import('./vm/snapshots/snapshots-view.tsx')),
  },
];
