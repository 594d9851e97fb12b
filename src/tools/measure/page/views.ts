/** The views whose cost is measured: each with the address of a place that shows it. */

/** The VM whose page is looked at. */
const VM = 'vm-1';

const ofVm = (tab: string): string => `?view=vm&host=0&vm=${VM}&tab=${tab}`;

export const VIEWS_MEASURED: readonly { readonly name: string; readonly address: string }[] = [
  { name: 'topology', address: '?view=topology' },
  { name: 'charts', address: '?view=charts' },
  { name: 'host', address: '?view=host&host=0&tab=summary' },
  { name: 'machine', address: '?view=host&host=0&tab=machine' },
  { name: 'overview', address: ofVm('overview') },
  { name: 'registers', address: ofVm('registers') },
  { name: 'walk', address: ofVm('walk') },
  { name: 'exits', address: ofVm('exits') },
  { name: 'devices', address: ofVm('devices') },
  { name: 'snapshots', address: ofVm('snapshots') },
];
