/** `measure network`: the groups of figures, one file each. Who adds a figure adds its row to `wanted.ts`, and measures it here. */
import type { Measurement } from '../figure.ts';
import { ABUSE } from './abuse.ts';
import { AGREEMENT } from './agreement.ts';
import { DISSECTORS } from './dissectors.ts';
import { FRAMES } from './frames.ts';
import { GATEWAY_MUTATIONS } from './gateway-mutations.ts';
import { INTACT } from './intact.ts';
import { LEAKS } from './leaks.ts';
import { LIMITS } from './limits.ts';
import { ROUTER_MUTATIONS } from './router-mutations.ts';
import { STREAM_MUTATIONS } from './stream-mutations.ts';
import { ISOLATED_SWITCH, SWITCH } from './switch.ts';
import { TCP } from './tcp.ts';
import { CODEL, FLOOD } from './traffic-control.ts';
import { WANTED } from './wanted.ts';

export const NETWORK: Measurement = {
  wanted: WANTED,
  groups: [
    TCP,
    SWITCH,
    FRAMES,
    ISOLATED_SWITCH,
    LEAKS.group,
    LIMITS,
    FLOOD,
    CODEL,
    INTACT,
    AGREEMENT.group,
    DISSECTORS.group,
    STREAM_MUTATIONS.group,
    GATEWAY_MUTATIONS.group,
    ABUSE,
    ROUTER_MUTATIONS.group,
  ],
};
