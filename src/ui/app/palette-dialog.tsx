/** The command palette: everything that can be done now, by name. */
import { Kbd, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../kit/dialog.tsx';
import { Icon, type IconName } from '../kit/icons.tsx';
import layout from '../kit/layout.module.css';
import texts from '../kit/texts.module.css';
import { useClient, useCommand, useLab } from '../parts/lab.tsx';
import { actionsFrom } from '../parts/vm-states.ts';
import { useChoices } from '../state/choices.ts';
import { useGuide } from '../state/guide.ts';
import { tellFailure } from '../state/notices.ts';
import { hostRoute, labRoute, type Place, type Route, viewsOf, vmRoute } from '../state/routes.ts';
import css from './palette-dialog.module.css';
import { digitOf, type Findable, ordered, placeOfKey } from './palette-order.ts';
import { useViews } from './views.tsx';

/** Entries that are shown at a time. */
const MOST = 16;

interface Entry extends Findable {
  readonly id: string;
  readonly icon: IconName;
  run(): void;
}

/** Where the person is: at a host, at one of its VMs; on a view of the lab, at what is selected, else at the first. */
function useNear(): { readonly host: number; readonly vm: string | undefined } {
  const lab = useLab();
  const { route, selected } = useChoices.getState();
  const vms = lab?.hosts.flatMap(({ name, vms: all }, host) =>
    all.map(({ spec }) => ({ host, vm: spec.name, node: `${name}/${spec.name}` })),
  );
  if (route.place === 'vm') return route;
  const fits = vms?.filter(({ host }) => route.place === 'lab' || host === route.host) ?? [];
  const { host, vm } = fits.find(({ node }) => node === selected) ?? fits[0] ?? { host: 0, vm: undefined };
  return route.place === 'host' ? { host: route.host, vm } : { host, vm };
}

/** The views of an object; the first is the object itself, by its own words. */
function useViewEntries(): (
  place: Place,
  name: string,
  itself: string,
  to: (id: string) => Route,
  isNear: boolean,
) => Entry[] {
  const { t } = useTranslation();
  const views = useViews();
  const { go } = useChoices.getState();
  return (place, name, itself, to, isNear) =>
    viewsOf(views, place)
      .filter(({ ofOwner }) => ofOwner !== 'software')
      .map(({ id, icon, title }, at) => ({
        id: JSON.stringify(to(id)),
        icon,
        text: at === 0 ? itself : t('palette.view', { name, view: t(title) }),
        ...{ view: [t(title), id], isNear },
        run: () => go(to(id)),
      }));
}

function useEntries(): Entry[] {
  const { t } = useTranslation();
  const client = useClient();
  const lab = useLab();
  const command = useCommand();
  const views = useViews();
  const entriesOf = useViewEntries();
  const near = useNear();
  const { go, openDialog } = useChoices.getState();
  const entries: Entry[] = [
    ...viewsOf(views, 'lab').map(({ id, icon, title }) => ({
      id,
      icon,
      text: t(title),
      ...{ view: [t(title), id], isNear: true },
      run: () => go(labRoute(id)),
    })),
    {
      id: 'toggle',
      icon: 'play',
      text: t('help.f8'),
      run: () => {
        const { speed } = client.status();
        client.calls.setSpeed({ ...speed, running: !speed.running }).catch(tellFailure);
      },
    },
    { id: 'run-to', icon: 'forward', text: t('run.title'), run: () => openDialog('run-to') },
    { id: 'moments', icon: 'history', text: t('moments.title'), run: () => openDialog('moments') },
    { id: 'create', icon: 'plus', text: t('action.newVm'), run: () => openDialog('create-vm') },
    { id: 'resume', icon: 'file', text: t('resume.title'), run: () => openDialog('resume-vm') },
    { id: 'share', icon: 'share', text: t('action.shareLab'), run: () => openDialog('share') },
    { id: 'disks', icon: 'file', text: t('action.disks'), run: () => openDialog('disks') },
    { id: 'kept', icon: 'file', text: t('keeping.title'), run: () => openDialog('kept') },
    {
      id: 'present',
      icon: 'present',
      text: t('present.start'),
      run: () => useChoices.getState().setPresenting(true),
    },
    ...(lab?.guide === undefined
      ? []
      : ([
          {
            id: 'guide',
            icon: 'help',
            text: t('guide.open'),
            run: () => useGuide.setState({ isShown: true, isFolded: false }),
          },
        ] as const)),
    { id: 'help', icon: 'help', text: t('action.help'), run: () => openDialog('help') },
  ];
  lab?.hosts.forEach((host, index) => {
    const itself = t('palette.host', { host: host.name });
    entries.push(...entriesOf('host', host.name, itself, (id) => hostRoute(index, id), index === near.host));
    for (const vm of host.vms) {
      const { name } = vm.spec;
      const isNear = index === near.host && name === near.vm;
      const vmItself = t('palette.vm', { vm: name });
      entries.push(...entriesOf('vm', name, vmItself, (id) => vmRoute(index, name, id), isNear));
      for (const action of actionsFrom(lab.vmCommands, vm.state)) {
        if (action.id === 'delete') continue;
        entries.push({
          id: `${action.id} ${index} ${name}`,
          icon: action.icon,
          text: t('palette.action', { action: t(`action.${action.id}`), vm: name }),
          run: () => void command(index, action.command(name)),
        });
      }
    }
  });
  return entries;
}

function PaletteBody({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  // At once: the dialog's own focus comes a moment later, and the first letters would go astray.
  useEffect(() => field.current?.focus(), []);
  const found = ordered(useEntries(), text).slice(0, MOST);
  const chosen = Math.min(at, found.length - 1);
  const run = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  return (
    <>
      <TextInput
        ref={field}
        size="sm"
        aria-label={t('palette.label')}
        placeholder={t('palette.label')}
        leftSection={<Icon name="search" />}
        value={text}
        data-autofocus
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found[chosen] === undefined ? undefined : `palette-${chosen}`}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt(Math.min(chosen + 1, found.length - 1));
          else if (event.key === 'ArrowUp') setAt(Math.max(chosen - 1, 0));
          else if (event.key === 'Enter') run(found[chosen]);
          else if (event.altKey && placeOfKey(event.code) >= 0) run(found[placeOfKey(event.code)]);
          else return;
          event.preventDefault();
        }}
      />
      <div role="listbox" id="palette-list" className={css['list']} aria-label={t('palette.label')}>
        {found.map((entry, index) => (
          <div
            role="option"
            tabIndex={-1}
            key={entry.id}
            id={`palette-${index}`}
            aria-selected={index === chosen}
            data-view={entry.view?.at(-1)}
            onMouseEnter={() => setAt(index)}
            onClick={() => run(entry)}
            onKeyDown={() => undefined}
          >
            <Icon name={entry.icon} />
            <span className={layout['grow']}>{entry.text}</span>
            {digitOf(index) === undefined ? null : <Kbd aria-hidden="true">Alt {digitOf(index)}</Kbd>}
          </div>
        ))}
      </div>
      {found.length === 0 ? <p className={texts['quiet']}>{t('palette.nothing')}</p> : null}
    </>
  );
}

export function PaletteDialog({
  opened,
  onClose,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('palette.label')} closeLabel={t('common.close')}>
      <PaletteBody onClose={onClose} />
    </Dialog>
  );
}
