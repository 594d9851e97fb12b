/** What a snapshot holds of a network card; its address and link are in the configuration space. */
import { type Declaration, declare } from '#base/state/declare';
import { bytes, exactly } from '#base/state/types';
import { NET_COUNTERS, type NetCounter } from '../../card/metrics.ts';
import { type Counters, countersState, namesOf } from '../../counters.ts';
import { CONFIG_SIZE } from './registers.ts';

export interface NetState {
  readonly config: Uint8Array;
  readonly counters: Counters<NetCounter>;
}

export const NET: Declaration<NetState> = declare('virtio net', {
  config: bytes(exactly(CONFIG_SIZE)),
  counters: countersState('virtio net', namesOf(NET_COUNTERS)),
});
