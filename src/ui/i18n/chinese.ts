/** All texts in Chinese, which whoever reads English does not fetch. */
import type { Texts } from '#base/texts/texts';
import { zh as shared } from '#base/texts/zh';
import { zh } from './zh.ts';

/** Those that the page shares with the layers below. */
export const SHARED: Texts = shared;
export const ALL: object = { ...shared, ...zh };
