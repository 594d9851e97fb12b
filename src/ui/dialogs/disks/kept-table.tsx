/** A table of what is kept: what each thing is, what it takes and since when, who needs it, and what can be done with it. */
import { Button } from '@mantine/core';
import { type CSSProperties, type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import layout from '../../kit/layout.module.css';
import { ScrollX } from '../../kit/scroll-x.tsx';
import table from '../../kit/table.module.css';
import { useFormat } from '../../parts/lab.tsx';
import css from './disks.module.css';

export interface KeptRow {
  readonly id: string;
  readonly title: string;
  /** Said below the title, in small; whole on hover. */
  readonly note?: { readonly text: string; readonly whole: string };
  readonly depth?: number;
  /** Of the disk; absent where it is none. */
  readonly sizeBytes?: number;
  readonly bytes: number;
  readonly changedMs: number;
  readonly usedBy: string;
  readonly actions: readonly { readonly label: string; readonly of: string; readonly run: () => void }[];
}

interface Props {
  readonly title: string;
  readonly what: string;
  readonly rows: readonly KeptRow[];
  readonly children?: ReactNode;
}

export function KeptTable({ title, what, rows, children }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const heading = useId();
  const hasSize = rows.some(({ sizeBytes }) => sizeBytes !== undefined);
  return (
    <section aria-labelledby={heading} className={layout['stack']}>
      <h3 id={heading}>{title}</h3>
      {rows.length === 0 ? null : (
        <ScrollX label={title}>
          <table className={table['table']} aria-labelledby={heading}>
            <thead>
              <tr>
                <th>{what}</th>
                {hasSize ? <th className={table['number']}>{t('disks.size')}</th> : null}
                <th className={table['number']}>{t('disks.takes')}</th>
                <th>{t('disks.changed')}</th>
                <th>{t('disks.usedBy')}</th>
                <th>{t('disks.saveOrDelete')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(
                ({ id, title: name, note, depth = 0, sizeBytes, bytes, changedMs, usedBy, actions }) => (
                  <tr key={id}>
                    <td>
                      <div className={css['title']} style={{ '--depth': depth } as CSSProperties}>
                        <span>{name}</span>
                        {note === undefined ? null : (
                          <span className={css['layer']} title={note.whole}>
                            {note.text}
                          </span>
                        )}
                      </div>
                    </td>
                    {hasSize ? (
                      <td className={table['number']}>
                        {sizeBytes === undefined ? '–' : format.bytes(sizeBytes)}
                      </td>
                    ) : null}
                    <td className={table['number']}>{format.bytes(bytes)}</td>
                    <td>{changedMs === 0 ? '–' : format.moment(changedMs)}</td>
                    <td>{usedBy}</td>
                    <td>
                      <div className={layout['row']}>
                        {actions.map(({ label, of, run }) => (
                          <Button
                            key={label}
                            size="compact-xs"
                            variant="default"
                            aria-label={of}
                            onClick={run}
                          >
                            {label}
                          </Button>
                        ))}
                      </div>
                    </td>
                  </tr>
                ),
              )}
            </tbody>
          </table>
        </ScrollX>
      )}
      {children}
    </section>
  );
}
