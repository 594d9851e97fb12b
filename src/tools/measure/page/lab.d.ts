/** @returns the fragment of a link to the lab; what each VM runs first, if anything, is a command of its shell */
export declare function linkOfLab(vms: number, command: string | undefined): string;
