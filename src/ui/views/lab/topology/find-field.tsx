/** Finds nodes by name, address or image: what fits stands out, Enter goes from one to the next. */
import { useReactFlow } from '@xyflow/react';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabDescription } from '#bridge/protocol/answers';
import { SearchField } from '../../../kit/search-field.tsx';
import { applianceName, imageName } from '../../../parts/engine-names.ts';
import { useChoices } from '../../../state/choices.ts';
import css from './find-field.module.css';
import { applianceKey, switchKey, vmKey } from './layout.ts';
import { cardKey, type Ports } from './use-ports.ts';

/** Keys of the nodes in which all words stand, in the order of the lab; null: nothing is looked for. */
function foundIn(lab: LabDescription, ports: Ports, text: string, t: TFunction): readonly string[] | null {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return null;
  return lab.hosts.flatMap((host, index) => {
    const nodes: (readonly [string, readonly string[]])[] = [
      [host.name, [host.name]],
      ...host.vms.map(({ spec, state }) => {
        const { name, image, nics } = spec;
        const cards = nics.flatMap((nic, card) => [
          nic.address ?? '',
          ports.get(cardKey(index, name, card))?.state.mac ?? '',
        ]);
        return [
          vmKey(host.name, name),
          [name, image.name, imageName(t, image.name), state, t(`state.${state}`), ...cards],
        ] as const;
      }),
      ...host.switches.map((name) => [switchKey(host.name, name), [name]] as const),
      ...(host.appliances ?? []).map(
        ({ spec: { name, kind, ports: _, ...settings } }) =>
          [
            applianceKey(host.name, name),
            [name, applianceName(t, kind), ...Object.values(settings).map(String)],
          ] as const,
      ),
    ];
    return nodes.flatMap(([key, words]) => {
      const all = words.join(' ').toLowerCase();
      return wanted.every((word) => all.includes(word)) ? [key] : [];
    });
  });
}

interface Props {
  readonly lab: LabDescription;
  readonly ports: Ports;
  readonly onFound: (keys: readonly string[] | null) => void;
}

export function FindField({ lab, ports, onFound }: Props) {
  const { t } = useTranslation();
  const flow = useReactFlow();
  const [text, setText] = useState('');
  const [at, setAt] = useState(-1);
  const found = foundIn(lab, ports, text, t);
  const list = found?.join('\n') ?? null;
  useEffect(() => onFound(list === null ? null : list.split('\n').filter(Boolean)), [list, onFound]);
  const goTo = (index: number): void => {
    const key = found?.[index];
    if (key === undefined) return;
    setAt(index);
    useChoices.getState().select(key);
    void flow.fitView({ nodes: [{ id: key }], maxZoom: 1, padding: 1.2, duration: 0 });
  };
  const count = found?.length ?? 0;
  return (
    <div className={css['find']}>
      <SearchField
        label={t('topology.find')}
        value={text}
        onChange={(next) => {
          setText(next);
          setAt(-1);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && count > 0) goTo((at + (event.shiftKey ? count - 1 : 1)) % count);
          else if (event.key === 'Escape') setText('');
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span role="status">
        {found === null
          ? ''
          : at < 0
            ? t('topology.foundCount', { count })
            : t('topology.foundAt', { number: at + 1, count })}
      </span>
    </div>
  );
}
