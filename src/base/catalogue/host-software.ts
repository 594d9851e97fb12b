/** Software that can own a host instead of our hypervisor, down to M-mode: OpenSBI, and Linux with KVM, which runs a guest of its own. Data only. */
export const HOST_SOFTWARE = ['nested'] as const;
/** Name of the console of what owns a host by itself: no VM can have it. */
export const HOST_CONSOLE = '';
export type HostSoftware = (typeof HOST_SOFTWARE)[number];
