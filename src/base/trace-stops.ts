/**
 * One guest store, from instruction to pixel: the fifteen stops. The README renders this constant, and a test
 * on the teaching kernel expects those that a host records (machine and hypervisor) in this order, so text and feature agree.
 */
export const GUEST_STORE_STOPS = [
  { id: 'store', layer: 'machine', text: 'the guest executes sd to a page never touched' },
  { id: 'tlb-miss', layer: 'machine', text: 'the TLB tag does not match: slow path' },
  { id: 'translate', layer: 'machine', text: 'alignment and page crossing checked, translate(gva, store)' },
  { id: 'vs-walk', layer: 'machine', text: 'VS-stage walk: the address of each entry is a GPA' },
  { id: 'g-walk', layer: 'machine', text: 'G-stage walk: the leaf entry is invalid' },
  { id: 'trap', layer: 'machine', text: 'trap: cause 23, stval, htval = GPA >> 2, htinst; to HS-mode' },
  { id: 'exit', layer: 'hypervisor', text: 'vCPU run ends: exit {guest page fault, store, gva, gpa}' },
  { id: 'exit-row', layer: 'hypervisor', text: 'the row of the exit table for that reason' },
  {
    id: 'guest-fault',
    layer: 'hypervisor',
    text: 'memslot found: the fault is one of memory, not of a device',
  },
  { id: 'frame', layer: 'hypervisor', text: 'the frame allocator gives a frame to the VM' },
  {
    id: 'map',
    layer: 'hypervisor',
    text: 'G-stage entry written to RAM, reverse map; no fence: the hart caches no invalid entry',
  },
  {
    id: 'resume',
    layer: 'hypervisor',
    text: 'the vCPU resumes, the walk sets A and D in the entry, and the store lands',
  },
  { id: 'view', layer: 'bridge', text: 'owner and state of the frame are copied into the views of the host' },
  { id: 'read', layer: 'bridge', text: 'the client reads the views once per animation frame' },
  { id: 'pixel', layer: 'ui', text: "a pixel of the frame map takes the VM's colour" },
] as const;

/** Name of a stop. */
export type TraceStopId = (typeof GUEST_STORE_STOPS)[number]['id'];
