/** What the dialogs of a switch and of a port can show first. */

export type SwitchPanel = 'rules' | 'mirror' | 'tree' | 'bandwidth' | 'aging';

/** `mirror` is the switch's, and stands at each of its ports. */
export type PortGroup = 'apart' | 'guards' | 'list' | 'from' | 'queue' | 'way' | 'mirror';
