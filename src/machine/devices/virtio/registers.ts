/**
 * Registers of the virtio-mmio transport, version 2 (virtio 1.2, §4.2.2). Data only.
 */
import type { RegisterRow } from '../register.ts';

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
  { offset: MAGIC_VALUE, name: 'MagicValue', access: 'r', text: 'the letters "virt"' },
  { offset: VERSION, name: 'Version', access: 'r', text: '2: not a legacy device' },
  { offset: DEVICE_ID, name: 'DeviceID', access: 'r', text: 'kind of device; 0 is an empty slot' },
  { offset: VENDOR_ID, name: 'VendorID', access: 'r', text: 'who made the device' },
  { offset: DEVICE_FEATURES, name: 'DeviceFeatures', access: 'r', text: 'offered features, selected word' },
  { offset: DEVICE_FEATURES_SEL, name: 'DeviceFeaturesSel', access: 'w', text: 'word of DeviceFeatures' },
  { offset: DRIVER_FEATURES, name: 'DriverFeatures', access: 'w', text: 'accepted features, selected word' },
  { offset: DRIVER_FEATURES_SEL, name: 'DriverFeaturesSel', access: 'w', text: 'word of DriverFeatures' },
  { offset: QUEUE_SEL, name: 'QueueSel', access: 'w', text: 'queue that the Queue registers mean' },
  { offset: QUEUE_NUM_MAX, name: 'QueueNumMax', access: 'r', text: 'largest size; 0: no such queue' },
  { offset: QUEUE_NUM, name: 'QueueNum', access: 'w', text: 'size that the driver uses' },
  { offset: QUEUE_READY, name: 'QueueReady', access: 'rw', text: 'the rings are set up' },
  { offset: QUEUE_NOTIFY, name: 'QueueNotify', access: 'w', text: 'buffers are available in this queue' },
  {
    offset: INTERRUPT_STATUS,
    name: 'InterruptStatus',
    access: 'r',
    text: 'bit 0 used buffers, bit 1 config',
  },
  { offset: INTERRUPT_ACK, name: 'InterruptACK', access: 'w', text: 'clears bits of InterruptStatus' },
  { offset: STATUS, name: 'Status', access: 'rw', text: 'progress of the driver; writing 0 resets' },
  { offset: QUEUE_DESC_LOW, name: 'QueueDescLow', access: 'w', text: 'descriptor table, low half' },
  { offset: QUEUE_DESC_HIGH, name: 'QueueDescHigh', access: 'w', text: 'descriptor table, high half' },
  { offset: QUEUE_DRIVER_LOW, name: 'QueueDriverLow', access: 'w', text: 'available ring, low half' },
  { offset: QUEUE_DRIVER_HIGH, name: 'QueueDriverHigh', access: 'w', text: 'available ring, high half' },
  { offset: QUEUE_DEVICE_LOW, name: 'QueueDeviceLow', access: 'w', text: 'used ring, low half' },
  { offset: QUEUE_DEVICE_HIGH, name: 'QueueDeviceHigh', access: 'w', text: 'used ring, high half' },
  { offset: SHM_LEN_LOW, name: 'SHMLenLow…', access: 'r', text: 'no shared memory regions: all ones' },
  {
    offset: CONFIG_GENERATION,
    name: 'ConfigGeneration',
    access: 'r',
    text: 'changes with the configuration',
  },
  { offset: CONFIG, name: 'Config', access: 'r', text: "the device's configuration space" },
];
