/** Packets of a host, or of a file: listened to, filtered, taken apart, followed. */
import { Button, SegmentedControl } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseFilter } from '#base/packets/filter';
import type { FieldNode } from '#base/packets/layer';
import { readCapture, writePcapng } from '#base/packets/pcapng';
import { fileOfSeen } from '#base/packets/seen-file';
import layout from '../../../kit/layout.module.css';
import { saveFile } from '../../../kit/save-file.ts';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { readFile } from '../../../parts/read-file.ts';
import { useChoices } from '../../../state/choices.ts';
import { tellError } from '../../../state/notices.ts';
import { hostRoute, type Parameters } from '../../../state/routes.ts';
import { LOOKING_ON } from '../../../state/way.ts';
import type { HostViewProps } from '../../view.ts';
import { CaptureBar } from './capture-bar.tsx';
import { FieldTree } from './field-tree.tsx';
import { FilterField } from './filter-field.tsx';
import { HexBytes } from './hex-bytes.tsx';
import { PacketList } from './packet-list.tsx';
import { fileRows, type PacketRow, type Shown, shownRows } from './packet-rows.ts';
import css from './packets.module.css';
import { SequenceDiagram } from './sequence-diagram.tsx';
import { StreamCard } from './stream-card.tsx';
import { useLiveCapture } from './use-live-capture.ts';
import { WayPanel } from './way-panel.tsx';

const PANELS = ['fields', 'way', 'stream', 'sequence'] as const;
type Panel = (typeof PANELS)[number];

interface OpenFile {
  readonly name: string;
  readonly rows: readonly PacketRow[];
}

export default function PacketsView({ index, host, parameters }: HostViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const card = useRef<HTMLDivElement>(null);
  const { value, error, ask } = useAnswer(() => client.ask(index, 'captures', {}), 1000, [index], { card });
  const [file, setFile] = useState<OpenFile | null>(null);
  const [shown, setShown] = useState<Shown>('once');
  const [panel, setPanel] = useState<Panel>('fields');
  const [chosen, setChosen] = useState<PacketRow | undefined>();
  const [field, setField] = useState<FieldNode | undefined>();
  const { filter: text = '', capture, at, packet } = parameters;
  const found = value?.captures.find(({ settings }) => settings.name === capture)?.settings.name;
  const name = capture === LOOKING_ON ? capture : found;
  const live = file === null ? (name ?? value?.captures.at(-1)?.settings.name) : undefined;
  const { rows: liveRows, page, error: liveError, clear } = useLiveCapture(index, live, card);
  const rows = file?.rows ?? liveRows;
  const parsed = useMemo(() => parseFilter(text), [text]);
  const filter = parsed.ok ? parsed.value : undefined;
  const since = file === null ? page?.since : undefined;
  const list = useMemo(() => shownRows(rows, shown, filter, since), [rows, shown, filter, since]);
  const wanted = rows.find(({ seen }) => String(seen.serial) === packet)?.seen;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when what the address names has come
  useEffect(() => {
    if (wanted !== undefined) choose(list.find(({ seen }) => seen.frame === wanted.frame));
  }, [wanted]);
  const change = (changed: Readonly<Record<string, string | undefined>>): void => {
    const kept = Object.entries({ ...parameters, ...changed }).filter(
      ([, each]) => each !== undefined && each !== '',
    );
    useChoices.getState().go(hostRoute(index, 'packets', Object.fromEntries(kept) as Parameters), 'replace');
  };
  const choose = (row: PacketRow | undefined): void => {
    setChosen(row);
    setField(undefined);
  };
  const openFile = async (given: File | null): Promise<void> => {
    if (given === null) return;
    const bytes = await readFile(given);
    const read = bytes.ok ? readCapture(bytes.value) : bytes;
    if (!read.ok) return tellError(read.error);
    choose(undefined);
    setFile({ name: given.name, rows: fileRows(read.value) });
  };
  return (
    <div ref={card} className={layout['sections']} data-testid="packets-view">
      <p className={texts['quiet']}>{t('packets.about')}</p>
      <ErrorAlert error={error ?? (live === undefined ? null : liveError)} />
      <section className={layout['card']}>
        {value === null ? null : (
          <CaptureBar
            key={at}
            at={at}
            host={index}
            vms={host.vms.map(({ spec }) => spec.name)}
            answer={value}
            chosen={live}
            onChoose={(next) => {
              setFile(null);
              choose(undefined);
              change({ capture: next, packet: undefined });
            }}
            onChanged={ask}
            onFile={(given) => void openFile(given)}
          />
        )}
        <div className={layout['row-form']}>
          <FilterField
            value={text}
            error={parsed.ok ? null : parsed.error}
            onChange={(next) => change({ filter: next })}
          />
          <SegmentedControl
            size="xs"
            aria-label={t('packets.shown')}
            value={shown}
            onChange={(next) => setShown(next as Shown)}
            data={(['once', 'ports'] as const).map((each) => ({
              value: each,
              label: t(`packets.show.${each}`),
            }))}
          />
          <Button size="xs" variant="default" onClick={clear} disabled={file !== null || rows.length === 0}>
            {t('packets.clear')}
          </Button>
          <Button
            size="xs"
            variant="default"
            disabled={list.length === 0}
            onClick={() =>
              saveFile(writePcapng(fileOfSeen(list.map(({ seen }) => seen))), `${host.name}.pcapng`)
            }
          >
            {t('packets.export')}
          </Button>
        </div>
        <div className={layout['row-wrap']}>
          <span className={texts['quiet']} role="status" data-testid="packet-count">
            {t('packets.count', { shown: format.integer(list.length), all: format.integer(rows.length) })}
            {page === null || page.lost === 0 ? '' : ` · ${t('packets.lost', { count: page.lost })}`}
          </span>
          {file === null ? null : (
            <>
              <span>{file.name}</span>
              <Button size="compact-xs" variant="default" onClick={() => setFile(null)}>
                {t('packets.closeFile')}
              </Button>
            </>
          )}
        </div>
        {rows.length === 0 ? (
          <p>{t(live === undefined && file === null ? 'packets.none' : 'packets.nothing')}</p>
        ) : (
          <PacketList rows={list} chosen={chosen} onChoose={choose} />
        )}
      </section>
      {rows.length === 0 ? null : (
        <section className={layout['card']}>
          <div className={css['panels']}>
            <SegmentedControl
              size="xs"
              aria-label={t('packets.panel')}
              value={panel}
              onChange={(next) => setPanel(next as Panel)}
              data={PANELS.map((each) => ({ value: each, label: t(`packets.panels.${each}`) }))}
            />
          </div>
          {panel === 'sequence' ? (
            <SequenceDiagram all={rows} shown={list} chosen={chosen} onChoose={choose} />
          ) : panel === 'way' ? (
            <WayPanel
              {...{ host: index, name: live, rows, chosen, filter: parsed.ok ? text : '' }}
              next={page?.next ?? 1}
              onNext={() => choose(undefined)}
            />
          ) : chosen === undefined ? (
            <p className={texts['quiet']}>{t('packets.choose')}</p>
          ) : panel === 'fields' ? (
            <div className={css['detail']}>
              <FieldTree packet={chosen.packet} chosen={field} onChoose={setField} />
              <HexBytes packet={chosen.packet} chosen={field} onChoose={setField} />
            </div>
          ) : (
            <StreamCard rows={rows} chosen={chosen} />
          )}
        </section>
      )}
    </div>
  );
}
