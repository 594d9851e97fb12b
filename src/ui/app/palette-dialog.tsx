/** The command palette: everything that can be done now, by name. */
import { TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../kit/dialog.tsx';
import { Icon, type IconName } from '../kit/icons.tsx';
import texts from '../kit/texts.module.css';
import { useClient, useCommand, useLab } from '../parts/lab.tsx';
import { actionsFrom } from '../parts/vm-states.ts';
import { useChoices } from '../state/choices.ts';
import { tellFailure } from '../state/notices.ts';
import { hostRoute, labRoute, type Place, type Route, viewsOf, vmRoute } from '../state/routes.ts';
import css from './palette-dialog.module.css';
import { useViews } from './views.tsx';

interface Entry {
  readonly id: string;
  readonly icon: IconName;
  readonly text: string;
  run(): void;
}

/** The views of an object; the first is the object itself, by its own words. */
function useViewEntries(): (
  place: Place,
  name: string,
  itself: string,
  to: (id: string) => Route,
) => Entry[] {
  const { t } = useTranslation();
  const views = useViews();
  const { go } = useChoices.getState();
  return (place, name, itself, to) =>
    viewsOf(views, place).map(({ id, icon, title }, at) => ({
      id: JSON.stringify(to(id)),
      icon,
      text: at === 0 ? itself : t('palette.view', { name, view: t(title) }),
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
  const { go, openDialog } = useChoices.getState();
  const entries: Entry[] = [
    ...viewsOf(views, 'lab').map(({ id, icon, title }) => ({
      id,
      icon,
      text: t(title),
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
    { id: 'create', icon: 'plus', text: t('create.title'), run: () => openDialog('create-vm') },
    { id: 'resume', icon: 'file', text: t('resume.title'), run: () => openDialog('resume-vm') },
    { id: 'share', icon: 'share', text: t('share.title'), run: () => openDialog('share') },
    { id: 'kept', icon: 'file', text: t('keeping.title'), run: () => openDialog('kept') },
    {
      id: 'present',
      icon: 'present',
      text: t('present.start'),
      run: () => useChoices.getState().setPresenting(true),
    },
    { id: 'help', icon: 'help', text: t('help.title'), run: () => openDialog('help') },
  ];
  lab?.hosts.forEach((host, index) => {
    const itself = t('palette.host', { host: host.name });
    entries.push(...entriesOf('host', host.name, itself, (id) => hostRoute(index, id)));
    for (const vm of host.vms) {
      const { name } = vm.spec;
      entries.push(...entriesOf('vm', name, t('palette.vm', { vm: name }), (id) => vmRoute(index, name, id)));
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
  const words = text.toLowerCase().split(/\s+/);
  const found = useEntries()
    .filter((entry) => words.every((word) => entry.text.toLowerCase().includes(word)))
    .slice(0, 12);
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
            onMouseEnter={() => setAt(index)}
            onClick={() => run(entry)}
            onKeyDown={() => undefined}
          >
            <Icon name={entry.icon} />
            {entry.text}
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
