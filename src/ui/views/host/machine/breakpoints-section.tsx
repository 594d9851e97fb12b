/** All breakpoints of the host: on addresses, in one address space or any, on accesses, and on causes of exits. */
import { ActionIcon, Button, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Breakpoint, Hex64, StopReport } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { added, inSpace, keyOf, removed } from './breakpoint-list.ts';
import css from './breakpoints-section.module.css';
import { StopWhereForm } from './stop-where-form.tsx';
import type { BreakpointsOf } from './use-breakpoints.ts';

interface Props {
  readonly host: number;
  readonly vm: string;
  /** `vsatp` of the vCPU that is looked at. */
  readonly space: Hex64 | undefined;
  /** Every cause of exits that there is. */
  readonly reasons: readonly string[];
  readonly stop: StopReport | undefined;
  readonly breakpoints: BreakpointsOf;
  /** Goes back to where this would have stopped the lab last. */
  readonly onBack: (breakpoint: Breakpoint) => void;
  readonly onGo: (vm: string, address: Hex64) => void;
}

/** True of the one that the lab stands at. */
function isReached(each: Breakpoint, stop: StopReport | undefined): boolean {
  if (stop === undefined || stop.vm !== each.vm || stop.kind !== each.kind) return false;
  if (each.kind === 'watch')
    return each.address === stop.watched?.address && each.access === stop.watched.access;
  return each.kind === 'address' ? each.address === stop.pc : each.reason === stop.reason;
}

function Spaces({
  breakpoint,
  space,
  onChoose,
}: {
  readonly breakpoint: Breakpoint & { readonly kind: 'address' };
  readonly space: Hex64 | undefined;
  readonly onChoose: (space: Hex64 | undefined) => void;
}) {
  const { t } = useTranslation();
  const known = [...new Set([breakpoint.space, space])].filter((each) => each !== undefined);
  return (
    <NativeSelect
      size="xs"
      aria-label={t('machine.space', { address: groupedHex(breakpoint.address) })}
      value={breakpoint.space ?? ''}
      onChange={(event) => onChoose(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
      data={[
        { value: '', label: t('machine.anySpace') },
        ...known.map((each) => ({ value: each, label: `vsatp ${groupedHex(each)}` })),
      ]}
    />
  );
}

export function BreakpointsSection(props: Props) {
  const { host, vm, space, reasons, stop, breakpoints, onBack, onGo } = props;
  const { t } = useTranslation();
  const [chosen, setChosen] = useState('');
  const reason = reasons.includes(chosen) ? chosen : (reasons[0] ?? '');
  const { list, change } = breakpoints;
  return (
    <section className={layout['card']} aria-label={t('machine.breakpoints')}>
      <div className={layout['row']}>
        <h3>{t('machine.breakpoints')}</h3>
        <span className={layout['grow']} />
        {list.length < 2 ? null : (
          <Button size="compact-xs" variant="default" onClick={() => change(() => [])}>
            {t('machine.removeAll')}
          </Button>
        )}
      </div>
      {list.length === 0 ? <p className={texts['quiet']}>{t('machine.noBreakpoints')}</p> : null}
      <ul className={css['list']}>
        {list.map((each) => {
          const name = each.kind === 'exit' ? t(`exit.${each.reason}`) : groupedHex(each.address);
          return (
            <li key={keyOf(each)} data-reached={isReached(each, stop) || undefined}>
              <span className={css['name']}>
                <span className={css['dot']} data-kind={each.kind} />
                <b>{each.vm}</b>{' '}
                {each.kind === 'address' ? (
                  <button
                    type="button"
                    className={`${texts['link']} ${texts['mono']}`}
                    onClick={() => onGo(each.vm, each.address)}
                  >
                    {name}
                  </button>
                ) : each.kind === 'watch' ? (
                  <span>{t(`machine.onAccess.${each.access}`, { count: each.length, address: name })}</span>
                ) : (
                  <span>{t('machine.onExit', { cause: name })}</span>
                )}
                {each.kind === 'exit' || each.condition === undefined ? null : (
                  <span>
                    {t('machine.if')} <code className={texts['mono']}>{each.condition}</code>
                  </span>
                )}
                {isReached(each, stop) ? (
                  <span className={texts['quiet']}> {t('machine.reached')}</span>
                ) : null}
              </span>
              {each.kind === 'address' ? (
                <Spaces
                  breakpoint={each}
                  space={each.vm === vm ? space : undefined}
                  onChoose={(space) => change(inSpace(each, space))}
                />
              ) : null}
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('machine.remove', { vm: each.vm, name })}
                title={t('machine.remove', { vm: each.vm, name })}
                onClick={() => change(removed(each))}
              >
                <Icon name="close" size={14} />
              </ActionIcon>
            </li>
          );
        })}
      </ul>
      <form
        className={layout['row-wrap']}
        onSubmit={(event) => {
          event.preventDefault();
          if (reason !== '') change(added({ kind: 'exit', vm, reason }));
        }}
      >
        <NativeSelect
          size="xs"
          aria-label={t('machine.exitCause', { vm })}
          value={reason}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={reasons.map((each) => ({ value: each, label: t(`exit.${each}`) }))}
        />
        <Button size="compact-sm" variant="default" type="submit" title={vm}>
          {t('machine.breakOnExit')}
        </Button>
      </form>
      <StopWhereForm vmRef={{ host, vm }} onAdd={(breakpoint) => change(added(breakpoint))} onBack={onBack} />
    </section>
  );
}
