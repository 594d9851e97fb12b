/** The fields of a packet by layer; the one that is chosen is marked in its bytes too, and the other way round. */
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Packet } from '#base/packets/dissect';
import type { FieldNode, Layer } from '#base/packets/layer';
import { valueText } from '#base/packets/values';
import { languageNow } from '../../../i18n/language.ts';
import texts from '../../../kit/texts.module.css';
import css from './packets.module.css';

interface Props {
  readonly packet: Packet;
  readonly chosen: FieldNode | undefined;
  readonly onChoose: (field: FieldNode) => void;
}

/** Moves the focus to the field before or behind. */
function move(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('button, summary')].filter(
    (each) => each.offsetParent !== null,
  );
  const next = all[all.indexOf(document.activeElement as HTMLElement) + by];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

export function FieldTree({ packet, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const place = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another one is chosen, in the bytes too
  useEffect(() => {
    place.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <section
      ref={place}
      className={css['tree']}
      aria-label={t('packets.fields')}
      data-testid="fields"
      onKeyDown={move}
    >
      {packet.layers.map((layer, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: layers never change places
        <LayerFields key={index} {...{ layer, chosen, onChoose }} />
      ))}
    </section>
  );
}

function LayerFields({ layer, chosen, onChoose }: Omit<Props, 'packet'> & { readonly layer: Layer }) {
  const { t } = useTranslation();
  const { protocol, problem } = layer;
  const said = protocol.summary?.(layer) ?? '';
  return (
    <details open>
      <summary>
        <b>{protocol.title[languageNow()]}</b> <span className={texts['quiet']}>{said}</span>
        {problem === undefined ? null : (
          <em className={css['problem']}> {t(`packets.problem.${problem}`)}</em>
        )}
      </summary>
      <Fields fields={layer.fields} {...{ chosen, onChoose }} />
    </details>
  );
}

function Fields({
  fields,
  chosen,
  onChoose,
}: Omit<Props, 'packet'> & { readonly fields: readonly FieldNode[] }) {
  const language = languageNow();
  return (
    <ul>
      {fields.map((field, index) => (
        // Fields of one name and place can follow each other; they never change places.
        // biome-ignore lint/suspicious/noArrayIndexKey: as said
        <li key={`${field.row.name} ${field.start} ${index}`}>
          <button
            type="button"
            className={css['field']}
            aria-current={field === chosen}
            title={`${field.row.name} · ${field.row.section}`}
            onClick={() => onChoose(field)}
          >
            <span className={texts['quiet']}>{field.row.text[language]}</span>{' '}
            <span className={texts['mono']}>{valueText(field)}</span>
          </button>
          {field.fields.length === 0 ? null : <Fields fields={field.fields} {...{ chosen, onChoose }} />}
        </li>
      ))}
    </ul>
  );
}
