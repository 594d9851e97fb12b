/**
 * Texts of what every layer speaks of, in English: the rows of the catalogue by their ids. Page and command line look them
 * up; what only the page says is in `ui/i18n`. `zh.ts` has the same keys, and a test compares.
 */
export const en = {
  state: { created: 'created', running: 'running', paused: 'paused', stopped: 'stopped', failed: 'failed' },
  vcpu: {
    off: 'off',
    ready: 'ready, waits for a hart',
    running: 'running on a hart',
    waiting: 'waits for an interrupt',
    blocked: 'waits for a page',
    paused: 'paused',
    failed: 'failed',
  },
  frameState: { free: 'free', data: 'memory', 'page-table': 'page table', shared: 'memory of several pages' },
  metric: {
    cpu: 'CPU',
    steal: 'Waited for a hart',
    memory: 'Memory',
    tables: 'Page tables',
    exits: 'Exits',
    'exit-cost': 'Time of exits',
    'disk-read': 'Disk read',
    'disk-write': 'Disk written',
    'net-rx': 'Network received',
    'net-tx': 'Network sent',
    instructions: 'Instructions',
    console: 'Console output',
  },
  metricSource: {
    cpu: 'Scheduler account: time that its vCPUs ran on harts, over the last 100 ms of virtual time',
    steal: 'Scheduler account: time that its vCPUs were ready but waited for a hart',
    memory: 'Frame allocator: frames of its RAM',
    tables: 'Frame allocator: frames of its G-stage page tables',
    exits: 'Exit counters of its vCPUs, by the row of the exit table',
    'exit-cost': 'Virtual time charged for its exits, by the row of the exit table',
    'disk-read': 'Counters of its virtio block devices: bytes read',
    'disk-write': 'Counters of its virtio block devices: bytes written',
    'net-rx': 'Counters of its virtio network devices: bytes received',
    'net-tx': 'Counters of its virtio network devices: bytes sent',
    instructions: 'Accounts of its vCPUs: instructions retired',
    console: 'Log of its consoles: bytes written',
  },
};

/** The shape that both languages have. */
type Shape<T> = { readonly [K in keyof T]: T[K] extends string ? string : Shape<T[K]> };
export type Texts = Shape<typeof en>;
