/**
 * Registers of the virtio-mmio transport, version 2 (virtio 1.2, §4.2.2). Data only.
 */
import { bits, type RegisterRow } from '../register.ts';

export const MAGIC_VALUE = 0x000;
export const VERSION = 0x004;
export const DEVICE_ID = 0x008;
export const VENDOR_ID = 0x00c;
export const DEVICE_FEATURES = 0x010;
export const DEVICE_FEATURES_SEL = 0x014;
export const DRIVER_FEATURES = 0x020;
export const DRIVER_FEATURES_SEL = 0x024;
export const QUEUE_SEL = 0x030;
export const QUEUE_NUM_MAX = 0x034;
export const QUEUE_NUM = 0x038;
export const QUEUE_READY = 0x044;
export const QUEUE_NOTIFY = 0x050;
export const INTERRUPT_STATUS = 0x060;
export const INTERRUPT_ACK = 0x064;
export const STATUS = 0x070;
export const QUEUE_DESC_LOW = 0x080;
export const QUEUE_DESC_HIGH = 0x084;
export const QUEUE_DRIVER_LOW = 0x090;
export const QUEUE_DRIVER_HIGH = 0x094;
export const QUEUE_DEVICE_LOW = 0x0a0;
export const QUEUE_DEVICE_HIGH = 0x0a4;
export const SHM_LEN_LOW = 0x0b0;
export const SHM_BASE_HIGH = 0x0bc;
export const CONFIG_GENERATION = 0x0fc;
export const CONFIG = 0x100;

/** "virt" */
export const MAGIC = 0x7472_6976;
export const TRANSPORT_VERSION = 2;
/** "vlab": any value does (§4.2.2). */
export const VENDOR = 0x6261_6c76;

/** Bits of Status (§2.1). */
export const STATUS_ACKNOWLEDGE = 1;
export const STATUS_DRIVER = 2;
export const STATUS_DRIVER_OK = 4;
export const STATUS_FEATURES_OK = 8;
export const STATUS_NEEDS_RESET = 64;
export const STATUS_FAILED = 128;

/** Bits of InterruptStatus. */
export const INTERRUPT_USED = 1;
export const INTERRUPT_CONFIG = 2;

/** VIRTIO_F_VERSION_1 is bit 32: bit 0 of the second word. */
export const FEATURE_VERSION_1_HIGH = 1;

export const VIRTIO_MMIO_REGISTERS: readonly RegisterRow[] = [
  {
    offset: MAGIC_VALUE,
    name: 'MagicValue',
    section: 'virtio 1.2 §4.2.2',
    access: 'r',
    text: { en: 'the letters "virt"', zh: '字母 "virt"' },
  },
  {
    offset: VERSION,
    name: 'Version',
    section: 'virtio 1.2 §4.2.2',
    access: 'r',
    text: { en: '2: not a legacy device', zh: '2：不是旧式设备' },
  },
  {
    offset: DEVICE_ID,
    name: 'DeviceID',
    section: 'virtio 1.2 §4.2.2',
    access: 'r',
    text: { en: 'kind of device; 0 is an empty slot', zh: '设备种类；0 表示空槽' },
  },
  {
    offset: VENDOR_ID,
    name: 'VendorID',
    section: 'virtio 1.2 §4.2.2',
    access: 'r',
    text: { en: 'who made the device', zh: '设备的制造者' },
  },
  {
    offset: DEVICE_FEATURES,
    name: 'DeviceFeatures',
    section: 'virtio 1.2 §4.2.2',
    access: 'r',
    text: { en: 'offered features, selected word', zh: '提供的特性，所选的字' },
  },
  {
    offset: DEVICE_FEATURES_SEL,
    name: 'DeviceFeaturesSel',
    section: 'virtio 1.2 §4.2.2',
    access: 'w',
    text: { en: 'word of DeviceFeatures', zh: 'DeviceFeatures 的第几个字' },
  },
  {
    offset: DRIVER_FEATURES,
    name: 'DriverFeatures',
    section: 'virtio 1.2 §4.2.2',
    access: 'w',
    text: { en: 'accepted features, selected word', zh: '接受的特性，所选的字' },
  },
  {
    offset: DRIVER_FEATURES_SEL,
    name: 'DriverFeaturesSel',
    section: 'virtio 1.2 §4.2.2',
    access: 'w',
    text: { en: 'word of DriverFeatures', zh: 'DriverFeatures 的第几个字' },
  },
  {
    offset: QUEUE_SEL,
    name: 'QueueSel',
    section: 'virtio 1.2 §4.2.2',
    access: 'w',
    text: { en: 'queue that the Queue registers mean', zh: '各 Queue 寄存器所指的队列' },
  },
  {
    offset: QUEUE_NUM_MAX,
    name: 'QueueNumMax',
    section: 'virtio 1.2 §4.2.2',
    access: 'r',
    text: { en: 'largest size; 0: no such queue', zh: '最大长度；0 表示没有此队列' },
  },
  {
    offset: QUEUE_NUM,
    name: 'QueueNum',
    section: 'virtio 1.2 §4.2.2',
    access: 'w',
    text: { en: 'size that the driver uses', zh: '驱动程序使用的长度' },
  },
  {
    offset: QUEUE_READY,
    name: 'QueueReady',
    section: 'virtio 1.2 §4.2.2',
    access: 'rw',
    text: { en: 'the rings are set up', zh: '各环已设置好' },
  },
  {
    offset: QUEUE_NOTIFY,
    name: 'QueueNotify',
    section: 'virtio 1.2 §4.2.2',
    access: 'w',
    text: { en: 'buffers are available in this queue', zh: '此队列中有可用的缓冲区' },
  },
  {
    offset: INTERRUPT_STATUS,
    name: 'InterruptStatus',
    section: 'virtio 1.2 §4.2.2',
    fields: bits(['USED_BUFFER', 'CONFIG_CHANGE']),
    access: 'r',
    text: { en: 'bit 0 used buffers, bit 1 config', zh: '位 0 为已用缓冲区，位 1 为配置' },
  },
  {
    offset: INTERRUPT_ACK,
    name: 'InterruptACK',
    section: 'virtio 1.2 §4.2.2',
    fields: bits(['USED_BUFFER', 'CONFIG_CHANGE']),
    access: 'w',
    text: { en: 'clears bits of InterruptStatus', zh: '清除 InterruptStatus 的位' },
  },
  {
    offset: STATUS,
    name: 'Status',
    section: 'virtio 1.2 §2.1',
    fields: bits(['ACKNOWLEDGE', 'DRIVER', 'DRIVER_OK', 'FEATURES_OK']).concat(
      bits(['NEEDS_RESET', 'FAILED'], 6),
    ),
    access: 'rw',
    text: { en: 'progress of the driver; writing 0 resets', zh: '驱动程序的进度；写 0 复位' },
  },
  {
    offset: QUEUE_DESC_LOW,
    name: 'QueueDescLow',
    section: 'virtio 1.2 §4.2.2',
    access: 'w',
    text: { en: 'descriptor table, low half', zh: '描述符表，低半部分' },
  },
  {
    offset: QUEUE_DESC_HIGH,
    name: 'QueueDescHigh',
    section: 'virtio 1.2 §4.2.2',
    access: 'w',
    text: { en: 'descriptor table, high half', zh: '描述符表，高半部分' },
  },
  {
    offset: QUEUE_DRIVER_LOW,
    name: 'QueueDriverLow',
    section: 'virtio 1.2 §4.2.2',
    access: 'w',
    text: { en: 'available ring, low half', zh: '可用环，低半部分' },
  },
  {
    offset: QUEUE_DRIVER_HIGH,
    name: 'QueueDriverHigh',
    section: 'virtio 1.2 §4.2.2',
    access: 'w',
    text: { en: 'available ring, high half', zh: '可用环，高半部分' },
  },
  {
    offset: QUEUE_DEVICE_LOW,
    name: 'QueueDeviceLow',
    section: 'virtio 1.2 §4.2.2',
    access: 'w',
    text: { en: 'used ring, low half', zh: '已用环，低半部分' },
  },
  {
    offset: QUEUE_DEVICE_HIGH,
    name: 'QueueDeviceHigh',
    section: 'virtio 1.2 §4.2.2',
    access: 'w',
    text: { en: 'used ring, high half', zh: '已用环，高半部分' },
  },
  {
    offset: SHM_LEN_LOW,
    count: 4,
    name: 'SHM',
    section: 'virtio 1.2 §2.10',
    access: 'r',
    text: { en: 'no shared memory regions: all ones', zh: '没有共享内存区：全为 1' },
  },
  {
    offset: CONFIG_GENERATION,
    name: 'ConfigGeneration',
    section: 'virtio 1.2 §4.2.2',
    access: 'r',
    text: { en: 'changes with the configuration', zh: '随配置变化' },
  },
];

/** The configuration space of a device whose kind names no fields of it. */
export const WHOLE_CONFIG: RegisterRow = {
  ...{ offset: 0, bytes: 0xf00, name: 'Config', access: 'rw', section: 'virtio 1.2 §4.2.2' },
  text: { en: "the device's configuration space", zh: '设备的配置空间' },
};

/** The registers of a slot: the transport's, and the configuration space of the device in it. */
export function registersOf(
  device: { readonly configRegisters?: readonly RegisterRow[] } | undefined,
): readonly RegisterRow[] {
  const config = device === undefined ? [] : (device.configRegisters ?? [WHOLE_CONFIG]);
  return [...VIRTIO_MMIO_REGISTERS, ...config.map((row) => ({ ...row, offset: CONFIG + row.offset }))];
}
