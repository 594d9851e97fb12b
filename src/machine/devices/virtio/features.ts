/** Feature bits by their names in the specification (virtio 1.2, §6 and §5), for people. Data only. */

interface FeatureName {
  readonly bit: number;
  readonly name: string;
  /** Only devices of this ID call it so; unless said, all do. */
  readonly deviceId?: number;
}

const NET = 1;
const BLOCK = 2;
const CONSOLE = 3;
const BALLOON = 5;
const GPU = 16;

const FEATURES: readonly FeatureName[] = [
  { bit: 28, name: 'INDIRECT_DESC' },
  { bit: 29, name: 'EVENT_IDX' },
  { bit: 32, name: 'VERSION_1' },
  { bit: 33, name: 'ACCESS_PLATFORM' },
  { bit: 34, name: 'RING_PACKED' },
  { bit: 35, name: 'IN_ORDER' },
  { bit: 36, name: 'ORDER_PLATFORM' },
  { bit: 38, name: 'NOTIFICATION_DATA' },
  { bit: 40, name: 'RING_RESET' },
  { deviceId: NET, bit: 0, name: 'CSUM' },
  { deviceId: NET, bit: 1, name: 'GUEST_CSUM' },
  { deviceId: NET, bit: 3, name: 'MTU' },
  { deviceId: NET, bit: 5, name: 'MAC' },
  { deviceId: NET, bit: 7, name: 'GUEST_TSO4' },
  { deviceId: NET, bit: 8, name: 'GUEST_TSO6' },
  { deviceId: NET, bit: 11, name: 'HOST_TSO4' },
  { deviceId: NET, bit: 12, name: 'HOST_TSO6' },
  { deviceId: NET, bit: 15, name: 'MRG_RXBUF' },
  { deviceId: NET, bit: 16, name: 'STATUS' },
  { deviceId: NET, bit: 17, name: 'CTRL_VQ' },
  { deviceId: NET, bit: 18, name: 'CTRL_RX' },
  { deviceId: NET, bit: 19, name: 'CTRL_VLAN' },
  { deviceId: NET, bit: 20, name: 'CTRL_RX_EXTRA' },
  { deviceId: NET, bit: 21, name: 'GUEST_ANNOUNCE' },
  { deviceId: NET, bit: 22, name: 'MQ' },
  { deviceId: NET, bit: 23, name: 'CTRL_MAC_ADDR' },
  { deviceId: NET, bit: 63, name: 'SPEED_DUPLEX' },
  { deviceId: BLOCK, bit: 1, name: 'SIZE_MAX' },
  { deviceId: BLOCK, bit: 2, name: 'SEG_MAX' },
  { deviceId: BLOCK, bit: 4, name: 'GEOMETRY' },
  { deviceId: BLOCK, bit: 5, name: 'RO' },
  { deviceId: BLOCK, bit: 6, name: 'BLK_SIZE' },
  { deviceId: BLOCK, bit: 9, name: 'FLUSH' },
  { deviceId: BLOCK, bit: 10, name: 'TOPOLOGY' },
  { deviceId: BLOCK, bit: 11, name: 'CONFIG_WCE' },
  { deviceId: BLOCK, bit: 12, name: 'MQ' },
  { deviceId: BLOCK, bit: 13, name: 'DISCARD' },
  { deviceId: BLOCK, bit: 14, name: 'WRITE_ZEROES' },
  { deviceId: CONSOLE, bit: 0, name: 'SIZE' },
  { deviceId: CONSOLE, bit: 1, name: 'MULTIPORT' },
  { deviceId: CONSOLE, bit: 2, name: 'EMERG_WRITE' },
  { deviceId: BALLOON, bit: 0, name: 'MUST_TELL_HOST' },
  { deviceId: BALLOON, bit: 1, name: 'STATS_VQ' },
  { deviceId: BALLOON, bit: 2, name: 'DEFLATE_ON_OOM' },
  { deviceId: BALLOON, bit: 3, name: 'FREE_PAGE_HINT' },
  { deviceId: BALLOON, bit: 4, name: 'PAGE_POISON' },
  { deviceId: BALLOON, bit: 5, name: 'PAGE_REPORTING' },
  { deviceId: GPU, bit: 0, name: 'VIRGL' },
  { deviceId: GPU, bit: 1, name: 'EDID' },
];

/** A feature of a device: its name, and whether its driver has accepted it. */
export interface FeatureState {
  readonly bit: number;
  readonly name: string;
  readonly accepted: boolean;
}

/** The features that a device offers, given as words of 32 bits. */
export function featuresOf(
  deviceId: number,
  offered: readonly number[],
  accepted: readonly number[],
): FeatureState[] {
  const has = (words: readonly number[], bit: number): boolean =>
    (((words[bit >> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
  const found: FeatureState[] = [];
  for (let bit = 0; bit < 32 * offered.length; bit++) {
    if (!has(offered, bit)) continue;
    const named = FEATURES.find((row) => row.bit === bit && (row.deviceId ?? deviceId) === deviceId);
    found.push({ bit, name: named?.name ?? `bit ${bit}`, accepted: has(accepted, bit) });
  }
  return found;
}
