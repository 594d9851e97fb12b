/**
 * Every view of the page, one row each. Navigation, tabs, palette, addresses and titles are made of this table: a new view is
 * its folder and its row. The order is that of the navigation and of the tabs; the first of a place is its face.
 */
import { lazy } from 'react';
import { NAME_PATTERN } from '#base/catalogue/names';
import { TopologyView } from './lab/topology/topology-view.tsx';
import type { View } from './view.ts';

const ADDRESS = /^0x[0-9a-f]{1,16}$/;
const INDEX = /^\d{1,3}$/;
const SPACE = /^[a-z0-9:-]{1,40}$/;

export const VIEWS: readonly View[] = [
  // Home comes with the page; every other view comes when it is wanted.
  { place: 'lab', id: 'topology', icon: 'topology', title: 'nav.topology', component: TopologyView },
  {
    place: 'lab',
    id: 'machines',
    icon: 'table',
    title: 'nav.machines',
    parameters: { sort: /^-?[a-z]{1,16}$/, find: /^[^\p{Cc}]{1,64}$/u },
    component: lazy(() => import('./lab/machines/machines-view.tsx')),
  },
  {
    place: 'lab',
    id: 'charts',
    icon: 'chart',
    title: 'nav.charts',
    component: lazy(() => import('./lab/charts/charts-view.tsx')),
  },
  {
    place: 'lab',
    id: 'history',
    icon: 'history',
    title: 'nav.history',
    component: lazy(() => import('./lab/history/history-view.tsx')),
  },
  {
    place: 'host',
    id: 'summary',
    icon: 'server',
    title: 'host.summary',
    parameters: { frame: ADDRESS },
    component: lazy(() => import('./host/summary/summary-view.tsx')),
  },
  {
    place: 'host',
    id: 'machine',
    icon: 'chip',
    title: 'host.machine',
    parameters: { vm: NAME_PATTERN, vcpu: INDEX, at: ADDRESS, mem: ADDRESS, space: SPACE },
    ownSteps: true,
    component: lazy(() => import('./host/machine/machine-view.tsx')),
  },
  {
    place: 'vm',
    id: 'overview',
    icon: 'terminal',
    title: 'vm.overview',
    component: lazy(() => import('./vm/overview/overview-view.tsx')),
  },
  {
    place: 'vm',
    id: 'registers',
    icon: 'chip',
    title: 'vm.registers',
    component: lazy(() => import('./vm/registers/registers-view.tsx')),
  },
  {
    place: 'vm',
    id: 'walk',
    icon: 'topology',
    title: 'vm.walk',
    parameters: { at: ADDRESS, vcpu: INDEX, access: /^(load|store|execute)$/, space: SPACE, mode: /^V[SU]$/ },
    component: lazy(() => import('./vm/walk/walk-view.tsx')),
  },
  {
    place: 'vm',
    id: 'exits',
    icon: 'chart',
    title: 'vm.exits',
    component: lazy(() => import('./vm/exits/exits-view.tsx')),
  },
  {
    place: 'vm',
    id: 'devices',
    icon: 'server',
    title: 'vm.devices',
    component: lazy(() => import('./vm/devices/devices-view.tsx')),
  },
  {
    place: 'vm',
    id: 'snapshots',
    icon: 'copy',
    title: 'vm.snapshots',
    component: lazy(() => import('./vm/snapshots/snapshots-view.tsx')),
  },
];
