/** The other side of a frame: the pages of a VM that sees it, and which of them it is. */
import { useTranslation } from 'react-i18next';
import { PAGE_SIZE } from '#base/addresses';
import type { AnswerOf, HostDescription } from '#bridge/protocol/answers';
import texts from '../../../kit/texts.module.css';
import { useAnswer, useClient } from '../../../parts/lab.tsx';
import { MiniStrip } from '../../../parts/page-strip/mini-strip.tsx';

interface Props {
  readonly index: number;
  readonly host: HostDescription;
  readonly mapping: AnswerOf<'frames'>['rows'][number]['mappings'][number];
  readonly isSmall?: boolean;
}

export function SeenInVm({ index, host, mapping, isSmall = false }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const { vm, gfn } = mapping;
  const state = host.vms.find(({ spec }) => spec.name === vm)?.state;
  const { value } = useAnswer(() => client.ask(index, 'address-space', { vm }), 1000, [index, vm, state]);
  const slot = value?.slots.find(({ base, pages }) => {
    const first = Number(base) / PAGE_SIZE;
    return gfn >= first && gfn < first + pages;
  });
  if (slot === undefined) return null;
  const page = gfn - Number(slot.base) / PAGE_SIZE;
  return (
    <div data-testid={isSmall ? undefined : 'seen-in-vm'}>
      <div className={texts['quiet']}>{t('frames.seenIn', { vm, gfn: `0x${gfn.toString(16)}` })}</div>
      <MiniStrip slot={slot} page={page} width={isSmall ? 220 : 560} />
    </div>
  );
}
