/** A value of the guest: as a way to somewhere where it may be an address, and as text else. */
import type { Hex64 } from '#bridge/protocol/answers';
import { groupedHex } from '../kit/format.ts';
import texts from '../kit/texts.module.css';
import { mayPoint } from './pointer.ts';

interface Props {
  readonly value: Hex64;
  /** Where it leads, by the address as it is shown. */
  readonly title: (address: string) => string;
  readonly onClick: (value: Hex64) => void;
}

export function PointerButton({ value, title, onClick }: Props) {
  const shown = groupedHex(value);
  if (!mayPoint(value)) return shown;
  return (
    <button
      type="button"
      className={`${texts['link']} ${texts['mono']}`}
      title={title(shown)}
      onClick={() => onClick(value)}
    >
      {shown}
    </button>
  );
}
