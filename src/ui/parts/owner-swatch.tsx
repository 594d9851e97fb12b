/** The colour of a frame's owner as a small square. Decoration: the name stands beside it. */
import type { FrameOwner } from '#bridge/protocol/views';
import { HYPERVISOR_COLOR, vmColor } from './palette.ts';

export function OwnerSwatch({ owner }: { readonly owner: FrameOwner }) {
  if (owner === 'free') return <span className="swatch swatch-free" />;
  return (
    <span
      className="swatch"
      style={{ background: owner === 'hypervisor' ? HYPERVISOR_COLOR : vmColor(owner) }}
    />
  );
}
