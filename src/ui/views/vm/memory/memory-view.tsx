/** The guest-physical address space of a VM: what lies where, every page by its state, and the frame behind each. */
import { useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { PAGE_SIZE } from '#base/addresses';
import { hasFrame, PAGE_STATES, type PageStateId } from '#base/catalogue/page-states';
import type { AnswerOf } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import legend from '../../../kit/legend.module.css';
import { SmallButton } from '../../../kit/small-button.tsx';
import { Swatch } from '../../../kit/swatch.tsx';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { MiniMap } from '../../../parts/frame-map/mini-map.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { byState } from '../../../parts/page-strip/strip-drawing.ts';
import { pageStateColor } from '../../../parts/palette.ts';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute, vmRoute } from '../../../state/routes.ts';
import type { VmViewProps } from '../../view.ts';
import { BalloonCard } from './balloon-card.tsx';
import { DirtyCard } from './dirty-card.tsx';
import { FaultCurvesCard } from './fault-curves-card.tsx';
import { LayoutTable } from './layout-table.tsx';
import css from './memory-view.module.css';
import { OffsetsCard } from './offsets-card.tsx';
import { SlotStrip } from './slot-strip.tsx';
import { WallsCard } from './walls-card.tsx';

type Space = AnswerOf<'address-space'>;
type Slot = Space['slots'][number];

function stateOf(slot: Slot, page: number): PageStateId {
  return PAGE_STATES[slot.states[page] ?? 0]?.id ?? 'absent';
}

/** What a G-stage entry permits, as letters. */
function rights(flags: number): string {
  return ['r', 'w', 'x'].map((letter, bit) => (((flags >> (bit + 1)) & 1) === 1 ? letter : '-')).join('');
}

/** The frame that a page lies in. */
function frameOf(slot: Slot, page: number): number | undefined {
  return hasFrame(slot.states[page] ?? 0) ? slot.frames[page] : undefined;
}

/** Address of a page, in bytes. */
function gpaOf({ base }: Slot, page: number): string {
  return `0x${(Number(base) + page * PAGE_SIZE).toString(16)}`;
}

export default function MemoryView({ host, vm, parameters }: VmViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const { name } = vm.spec;
  const { value, error, at } = useAnswer(() => client.ask(host, 'address-space', { vm: name }), 1000, [
    ...[host, name, vm.state],
  ]);
  const isOn = vm.state === 'running' || vm.state === 'paused';
  const colours = useMemo(() => value?.slots.map(({ states }) => byState(states)) ?? [], [value]);
  const chosen = parameters['page'] === undefined ? undefined : Number(parameters['page']);
  const pageIn = (slot: Slot): number | undefined => {
    const page = chosen === undefined ? -1 : Math.floor((chosen - Number(slot.base)) / PAGE_SIZE);
    return page >= 0 && page < slot.pages ? page : undefined;
  };
  const describe = (slot: Slot, page: number): string => {
    const state = stateOf(slot, page);
    return t(hasFrame(slot.states[page] ?? 0) ? 'addressSpace.pageInFrame' : 'addressSpace.page', {
      gpa: groupedHex(gpaOf(slot, page)),
      state: t(`pageState.${state}`),
      frame: `0x${(slot.frames[page] ?? 0).toString(16)}`,
      rights: rights(slot.flags[page] ?? 0),
    });
  };
  return (
    <div className={layout['sections']}>
      <section className={layout['card']} data-testid="address-space">
        <h3>{t('addressSpace.title')}</h3>
        <p className={texts['quiet']}>{t('addressSpace.about')}</p>
        <ErrorAlert error={error} />
        {value === null ? null : (
          <>
            <States space={value} />
            {value.slots.map((slot, index) => (
              <div key={slot.base} className={layout['stack']}>
                <h4>
                  {t('addressSpace.slot', {
                    base: groupedHex(slot.base),
                    size: format.bytes(slot.pages * PAGE_SIZE),
                  })}
                </h4>
                <SlotStrip
                  pages={slot.pages}
                  label={t('addressSpace.strip', { base: slot.base })}
                  colorOf={colours[index]!}
                  cursor={pageIn(slot)}
                  onCursor={(page) =>
                    useChoices
                      .getState()
                      .go(vmRoute(host, name, 'memory', { page: gpaOf(slot, page) }), 'replace')
                  }
                  describe={(page) => describe(slot, page)}
                  more={(page) => {
                    const frame = frameOf(slot, page);
                    return frame === undefined ? null : <MiniMap host={host} frame={frame} width={220} />;
                  }}
                />
                <Chosen {...{ host, slot }} page={pageIn(slot)} describe={describe} />
              </div>
            ))}
            <p className={texts['quiet']}>
              {t('addressSpace.tables', {
                count: value.tableFrames,
                size: format.bytes(value.tableFrames * PAGE_SIZE),
              })}{' '}
              {t('common.trueAt', { time: format.clock(at) })}
            </p>
          </>
        )}
      </section>
      <BalloonCard host={host} vm={name} />
      <WallsCard host={host} vm={name} isOn={isOn} chosen={parameters['page']} />
      <DirtyCard host={host} vm={name} isOn={isOn} />
      <FaultCurvesCard host={host} vm={name} isOn={isOn} />
      <OffsetsCard host={host} vm={name} isOn={isOn} />
      <LayoutTable host={host} vm={name} state={vm.state} />
    </div>
  );
}

/** States that there are, with how much is in each. */
function States({ space }: { readonly space: Space }) {
  const { t } = useTranslation();
  const format = useFormat();
  const dark = useComputedColorScheme('light') === 'dark';
  return (
    <div className={legend['legend']} data-testid="page-states">
      {PAGE_STATES.map(({ id }, state) => {
        const count = space.counts[id];
        return count === undefined ? null : (
          <span key={id} className={legend['item']}>
            <Swatch color={pageStateColor(state, dark)} />
            {t(`pageState.${id}`)}: {format.integer(count)} ({format.bytes(count * PAGE_SIZE)})
          </span>
        );
      })}
    </div>
  );
}

interface ChosenProps {
  readonly host: number;
  readonly slot: Slot;
  readonly page: number | undefined;
  readonly describe: (slot: Slot, page: number) => string;
}

/** The page that is chosen, and the way to its frame. */
function Chosen({ host, slot, page, describe }: ChosenProps) {
  const { t } = useTranslation();
  if (page === undefined) return <p className={texts['quiet']}>{t('addressSpace.hint')}</p>;
  const frame = frameOf(slot, page);
  return (
    <>
      <p className={`${layout['row-wrap']} ${css['chosen']}`} role="status" data-testid="page-detail">
        {describe(slot, page)}
        {frame === undefined ? null : (
          <SmallButton
            icon="map"
            onClick={() =>
              useChoices.getState().go(hostRoute(host, 'memory', { frame: `0x${frame.toString(16)}` }))
            }
          >
            {t('walk.showFrame')}
          </SmallButton>
        )}
      </p>
      {frame === undefined ? null : (
        <div data-testid="on-host">
          <MiniMap host={host} frame={frame} width={560} />
        </div>
      )}
    </>
  );
}
