/** What a viewer shows of a VM's screen, of nothing but the frames that have reached it; and what those were. */
import * as v from 'valibot';
import { fail, ok } from '#base/result';
import { defineQuestion, type OfVm, type Question } from '../../questions/question.ts';
import { COUNT, NAME } from '../../shapes/values.ts';
import { type Picture, pictureOf, type Seen } from '../../vm/questions/desktop.ts';
import type { RemoteTraffic } from '../state.ts';

export interface RemotePicture extends Picture {
  /** Somebody who serves the screen has been heard. */
  readonly hasServer: boolean;
  readonly traffic: RemoteTraffic;
}

export const remoteDesktop: Question<'remote-desktop', OfVm & Seen, RemotePicture> = defineQuestion<
  'remote-desktop',
  OfVm & Seen,
  RemotePicture
>({
  id: 'remote-desktop',
  text: {
    en: 'what a viewer of this host shows of a VM elsewhere, and the traffic of it',
    zh: '本主机的查看端所显示的别处虚拟机的屏幕，及其流量',
  },
  arguments: {
    vm: NAME,
    picture: v.exactOptional(COUNT),
    since: v.exactOptional(COUNT),
    cursor: v.exactOptional(COUNT),
  },
  ask({ vm, ...seen }, host) {
    const viewer = host.network.remoteDesktops?.viewerOf(vm);
    if (viewer === undefined) return fail('desktop.noViewer', { vm });
    const { hasServer, traffic } = viewer;
    return ok({ ...pictureOf(viewer, seen), hasServer, traffic: { ...traffic } });
  },
});
