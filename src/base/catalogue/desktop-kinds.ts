/** What a VM's screen can be. */
export const DESKTOP_KINDS = ['gpu', 'framebuffer'] as const;
export type DesktopKind = (typeof DESKTOP_KINDS)[number];
