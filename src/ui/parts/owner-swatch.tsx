/** The colour of a frame's owner as a small square. Decoration: the name stands beside it. */
import type { FrameOwner } from '#base/views';
import { Swatch } from '../kit/swatch.tsx';
import { HYPERVISOR_COLOR, vmColor } from './palette.ts';

export function OwnerSwatch({ owner }: { readonly owner: FrameOwner }) {
  if (owner === 'free') return <Swatch />;
  return <Swatch color={owner === 'hypervisor' ? HYPERVISOR_COLOR : vmColor(owner)} />;
}
