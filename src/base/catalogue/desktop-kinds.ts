/** What a VM's screen can be. */
export const DESKTOP_KINDS = ['gpu', 'framebuffer'] as const;
export type DesktopKind = (typeof DESKTOP_KINDS)[number];

/** What a host can be to a screen that is seen over the network. */
export const REMOTE_DESKTOP_ROLES = ['server', 'viewer'] as const;
export type RemoteDesktopRole = (typeof REMOTE_DESKTOP_ROLES)[number];
