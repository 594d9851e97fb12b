/**
 * The two-stage walk of any guest virtual address, as the hardware does it, in the address space of the vCPU or in another one. It
 * plays step by step; what is played stands still until all is shown again.
 */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccessKind, KnownSpace, WalkMode, WalkResult } from '#bridge/protocol/answers';
import { groupedHex, parseAddress } from '../../../kit/format.ts';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { NOW, SpacePicker, spaceName } from '../../../parts/space-picker.tsx';
import { VcpuPicker } from '../../../parts/vcpu-picker.tsx';
import { hartText } from '../../../parts/vcpu-place.ts';
import { WalkPath } from '../../../parts/walk/walk-path.tsx';
import { useChoices } from '../../../state/choices.ts';
import { tellError, tellFailure } from '../../../state/notices.ts';
import { type Parameters, vmRoute } from '../../../state/routes.ts';
import type { VmViewProps } from '../../view.ts';
import { AddressBits } from './address-bits.tsx';
import { Compared } from './compared.tsx';
import { EntryDetail } from './entry-detail.tsx';
import { PlayerBar } from './player-bar.tsx';
import { TlbCard } from './tlb-card.tsx';
import { type Player, usePlayer } from './use-player.ts';
import css from './walk-view.module.css';

const ACCESSES: readonly AccessKind[] = ['load', 'store', 'execute'];
const MODES: readonly WalkMode[] = ['VS', 'VU'];
/** The mode of the vCPU, or in another space that for which the page is. */
const ANY_MODE = '' as const;
/** A VM or a vCPU that is off is no failure. */
const CALM = new Set(['vm.off', 'vcpu.off']);

/** Registers that usually hold an interesting address: name and index of x, or pc. */
const QUICK = [
  { name: 'pc', x: -1 },
  { name: 'sp', x: 2 },
  { name: 'gp', x: 3 },
  { name: 'a0', x: 10 },
] as const;

/** What the walk is of, as its address says. */
function useAsked(host: number, vm: VmViewProps['vm'], parameters: Parameters) {
  const { name, vcpus } = vm.spec;
  const vcpu = Number(parameters['vcpu'] ?? '0');
  return {
    vcpu: vcpu < vcpus ? vcpu : 0,
    gva: parameters['at'] ?? null,
    access: ACCESSES.find((each) => each === parameters['access']) ?? 'load',
    space: parameters['space'] ?? NOW,
    mode: MODES.find((each) => each === parameters['mode']) ?? ANY_MODE,
    /** Another address is another place to come back to; how it is looked at is not. */
    change(changed: Parameters): void {
      const next = Object.entries({ ...parameters, ...changed }).filter(([, value]) => value !== '');
      const route = vmRoute(host, name, 'walk', Object.fromEntries(next));
      useChoices.getState().go(route, 'at' in changed ? 'push' : 'replace');
    },
  };
}

export default function WalkView({ host, vm, parameters }: VmViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const { name } = vm.spec;
  const { vcpu, gva, access, space, mode, change } = useAsked(host, vm, parameters);
  const setSpace = (next: string): void => change({ space: next });
  const [text, setText] = useState(gva === null ? '' : groupedHex(gva));
  const [chosen, setChosen] = useState<number | null>(null);
  const [wrong, setWrong] = useState(false);
  const [count, setCount] = useState(0);
  const player = usePlayer(count, [host, name, vcpu, gva, access, space, mode].join(' '));

  const walkTo = (address: string): void => {
    setText(groupedHex(address));
    change({ at: address });
    setChosen(null);
    setWrong(false);
  };
  const fromRegister = async (x: number): Promise<void> => {
    const answer = await client.ask(host, 'registers', { vm: name, vcpu });
    if (!answer.ok) return tellError(answer.error);
    walkTo(x < 0 ? answer.value.value.pc : (answer.value.value.x[x] ?? '0x0'));
  };
  const where = { vm: name, vcpu, space, ...(mode === ANY_MODE ? {} : { mode }) };
  // The first visit shows a walk at once: that of the instruction that runs next.
  const walkAtPc = async () => {
    const registers = await client.ask(host, 'registers', { vm: name, vcpu });
    if (!registers.ok) return registers;
    return client.ask(host, 'walk', { ...where, address: registers.value.value.pc, access: 'execute' });
  };
  const ask = gva === null ? walkAtPc : () => client.ask(host, 'walk', { ...where, address: gva, access });
  const isLive = player.at === null;
  const answer = useAnswer(isLive ? ask : null, 1000, [
    ...[host, name, vcpu, gva, access, space, mode, vm.state, isLive],
  ]);
  const walk = answer.error === null ? answer.value : null;
  // The end of the walk is a place of its own.
  const places = walk === null ? 0 : walk.steps.length + 1;
  if (places !== count) setCount(places);

  return (
    <div className={layout['stack']}>
      <form
        className={`${layout['row-wrap']} ${css['form']}`}
        onSubmit={(event) => {
          event.preventDefault();
          const address = parseAddress(text);
          if (address === undefined) setWrong(true);
          else walkTo(address);
        }}
      >
        <TextInput
          label={t('walk.address')}
          className={css['address']}
          value={text}
          placeholder={walk === null ? '0x8020 0000' : groupedHex(walk.gva)}
          onChange={(event) => setText(event.currentTarget.value)}
          error={wrong ? t('error.bad-address', { value: text }) : null}
          spellCheck={false}
          autoComplete="off"
        />
        <NativeSelect
          label={t('walk.access')}
          value={access}
          onChange={(event) => change({ access: event.currentTarget.value })}
          data={ACCESSES.map((kind) => ({ value: kind, label: t(`access.${kind}`) }))}
        />
        <SpacePicker
          className={css['space']}
          host={host}
          vm={name}
          vcpu={vcpu}
          value={space}
          onChange={setSpace}
        />
        <NativeSelect
          label={t('walk.mode')}
          value={mode}
          onChange={(event) => change({ mode: event.currentTarget.value })}
          data={[
            { value: ANY_MODE, label: t('walk.anyMode') },
            ...MODES.map((each) => ({ value: each, label: t(`walk.as.${each}`) })),
          ]}
        />
        <Button type="submit">{t('walk.go')}</Button>
        <Button
          variant={gva === null ? 'light' : 'default'}
          aria-pressed={gva === null}
          title={t('walk.followHint')}
          onClick={() => {
            setText('');
            setChosen(null);
            change({ at: '' });
          }}
        >
          {t('walk.follow')}
        </Button>
        <fieldset className={`${layout['row-tight']} ${css['quick']}`} aria-label={t('walk.quick')}>
          {QUICK.map((quick) => (
            <Button
              key={quick.name}
              variant="default"
              size="compact-sm"
              onClick={() => fromRegister(quick.x).catch(tellFailure)}
            >
              {quick.name}
            </Button>
          ))}
        </fieldset>
        <VcpuPicker count={vm.spec.vcpus} value={vcpu} onChange={(next) => change({ vcpu: String(next) })} />
      </form>
      <ErrorAlert error={answer.error} severe={answer.error !== null && !CALM.has(answer.error.code)} />
      {walk === null ? null : (
        <>
          <Result walk={walk} at={answer.at} vcpu={vcpu} />
          <Elsewhere spaces={walk.elsewhere ?? []} onChoose={setSpace} />
          <AddressBits walk={walk} />
          <Compared walk={walk} />
          <Played walk={walk} player={player} count={places} chosen={chosen} onChoose={setChosen} />
          <Detail
            {...{ host, vm: name, vcpu, walk }}
            place={player.at ?? chosen}
            onEdited={(place) => {
              player.leave();
              setChosen(place);
              answer.ask();
            }}
          />
        </>
      )}
      <TlbCard host={host} vm={name} walk={walk} onWalk={walkTo} />
    </div>
  );
}

interface ResultProps {
  readonly walk: WalkResult;
  readonly at: number;
  readonly vcpu: number;
}

/** What came out, and what it was true of: space, mode, vCPU, TLB, time. */
function Result({ walk, at, vcpu }: ResultProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { space, vmid, fault } = walk;
  return (
    <>
      <p className={css['result']} role="status" data-testid="walk-result">
        <span className={texts['mono']}>GVA {groupedHex(walk.gva)}</span>
        <Icon name="right" size={12} />
        <span className={texts['mono']}>
          {walk.gpa === undefined ? t('walk.noGpa') : `GPA ${groupedHex(walk.gpa)}`}
        </span>
        {walk.page === undefined ? null : <span>{t(`pageState.${walk.page}`)}</span>}
        <Icon name="right" size={12} />
        <span className={`${texts['mono']} ${css['spa']}`}>
          {walk.spa === undefined ? t('walk.noSpa') : `SPA ${groupedHex(walk.spa)}`}
        </span>
        {fault === undefined ? null : (
          <span className={css['fault']}>
            <Icon name="alert" size={14} />
            {t('walk.fault', {
              stage: fault.stage,
              level: fault.level,
              cause: fault.cause,
              why: t(`walk.why.${fault.why}`, { defaultValue: fault.why }),
            })}
          </span>
        )}
      </p>
      <ul className={css['facts']} data-testid="walk-facts">
        <li>{t('walk.in', { space: spaceName(t, space) })}</li>
        <li>{t('walk.ids', { vmid, asid: space.asid })}</li>
        <li>{t('walk.made', { access: t(`access.${walk.access}`), mode: walk.mode })}</li>
        <li>
          {t('walk.vcpu', { vcpu, state: t(`vcpu.${walk.vcpu.state}`), place: hartText(t, walk.vcpu) })}
        </li>
        <li className={css['tlb']} data-tlb={walk.tlb}>
          {t(`tlb.${walk.tlb}`)}
        </li>
        <li>{t('walk.references', { nested: walk.references.nested, native: walk.references.native })}</li>
        <li>{t('common.trueAt', { time: format.clock(at) })}</li>
      </ul>
    </>
  );
}

interface ElsewhereProps {
  readonly spaces: readonly KnownSpace[];
  readonly onChoose: (space: string) => void;
}

/** Spaces in which the address leads somewhere, where it does not in this one. */
function Elsewhere({ spaces, onChoose }: ElsewhereProps) {
  const { t } = useTranslation();
  if (spaces.length === 0) return null;
  return (
    <p className={layout['row-wrap']} data-testid="walk-elsewhere">
      {t('walk.elsewhere')}
      {spaces.map((space) => (
        <Button key={space.id} variant="default" size="compact-sm" onClick={() => onChoose(space.id)}>
          {spaceName(t, space)}
        </Button>
      ))}
    </p>
  );
}

interface PlayedProps {
  readonly walk: WalkResult;
  readonly player: Player;
  readonly count: number;
  readonly chosen: number | null;
  readonly onChoose: (place: number) => void;
}

/** False for a key that does nothing here. */
function stepByKey(key: string, player: Player, count: number): boolean {
  switch (key) {
    case 'ArrowRight':
      player.step(1);
      return true;
    case 'ArrowLeft':
      player.step(-1);
      return true;
    case 'Home':
      player.goTo(0);
      return true;
    case 'End':
      player.goTo(count - 1);
      return true;
    case 'Escape':
      player.leave();
      return true;
    default:
      return false;
  }
}

/** The path with what plays it; arrows of the keyboard go from step to step. */
function Played({ walk, player, count, chosen, onChoose }: PlayedProps) {
  const { t } = useTranslation();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || !stepByKey(event.key, player, count)) return;
    event.preventDefault();
  };
  return (
    <section className={layout['stack']} aria-label={t('walk.gridLabel')} onKeyDown={onKeyDown}>
      <PlayerBar walk={walk} player={player} count={count} />
      <WalkPath {...{ walk, chosen }} at={player.at} onChoose={player.at === null ? onChoose : player.goTo} />
    </section>
  );
}

interface DetailProps {
  readonly host: number;
  readonly vm: string;
  readonly vcpu: number;
  readonly walk: WalkResult;
  readonly place: number | null;
  readonly onEdited: (place: number) => void;
}

/** The entry that is chosen, or reached as the walk is played. */
function Detail({ walk, place, onEdited, ...of }: DetailProps) {
  const { t } = useTranslation();
  const step = place === null ? undefined : walk.steps[place];
  return step === undefined || place === null ? (
    <p className={texts['quiet']}>{t('walk.clickHint')}</p>
  ) : (
    <EntryDetail {...of} {...{ walk, step }} onEdited={() => onEdited(place)} />
  );
}
