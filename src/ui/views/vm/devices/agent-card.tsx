/** The guest agent: what it says, files in and out of the guest, and what it was asked. */
import { Button, FileButton, Progress, TextInput } from '@mantine/core';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { failureOf } from '#bridge/client/worker-client';
import type { AnswerOf } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import { saveFile } from '../../../kit/save-file.ts';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { AgentSaid } from '../../../parts/agent-facts.tsx';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useCommand, useFormat } from '../../../parts/lab.tsx';
import { readFile } from '../../../parts/read-file.ts';
import { tellError } from '../../../state/notices.ts';

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly isRunning: boolean;
}

/** What a name may hold in a guest's path without quoting. */
const safeName = (name: string): string => name.replace(/[^\x21-\x7e]/g, '_').replaceAll('/', '_');

export function AgentCard({ host, vm, isRunning }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const card = useRef<HTMLElement>(null);
  const [folder, setFolder] = useState('/root');
  const [path, setPath] = useState('');
  const { value, error, ask } = useAnswer(() => client.ask(host, 'agent', { vm }), 500, [host, vm], { card });
  const canMove = isRunning && value?.self?.can.includes('files') === true;
  const put = async (files: Iterable<File>): Promise<void> => {
    for (const file of files) {
      const read = await readFile(file);
      const name = safeName(file.name);
      const given = read.ok ? await client.calls.addGuestFile(name, read.value).catch(failureOf) : read;
      if (!given.ok) {
        tellError(given.error);
        return;
      }
      const to = `${folder.replace(/\/+$/, '')}/${name}`;
      if (!(await command(host, { op: 'vm.putFile', args: { vm, file: name, path: to } }))) return;
      ask();
    }
  };
  const onDrop = (event: DragEvent): void => {
    if (!canMove) return;
    event.preventDefault();
    event.stopPropagation();
    void put([...event.dataTransfer.files]);
  };
  return (
    <section
      ref={card}
      className={layout['card']}
      data-testid="agent"
      aria-label={t('agent.title')}
      onDragOver={(event) => canMove && event.preventDefault()}
      onDrop={onDrop}
    >
      <h3>{t('agent.title')}</h3>
      <p className={texts['quiet']}>{t('agent.about')}</p>
      <ErrorAlert error={error} />
      {value === null ? null : <AgentSaid value={value} />}
      {canMove ? (
        <>
          <form className={layout['row-form']} onSubmit={(event) => event.preventDefault()}>
            <TextInput
              label={t('agent.folder')}
              value={folder}
              onChange={(event) => setFolder(event.currentTarget.value)}
              spellCheck={false}
            />
            <FileButton multiple onChange={(files) => void put(files)}>
              {(props) => (
                <Button variant="default" {...props}>
                  {t('agent.put')}
                </Button>
              )}
            </FileButton>
            <span className={texts['quiet']}>{t('agent.drop')}</span>
          </form>
          <form
            className={layout['row-form']}
            onSubmit={(event) => {
              event.preventDefault();
              void command(host, { op: 'vm.getFile', args: { vm, path } }).then(ask);
            }}
          >
            <TextInput
              label={t('agent.path')}
              value={path}
              onChange={(event) => setPath(event.currentTarget.value)}
              spellCheck={false}
            />
            <Button type="submit" variant="default" disabled={!path.startsWith('/')}>
              {t('agent.get')}
            </Button>
          </form>
        </>
      ) : null}
      {value === null || value.requests.length === 0 ? null : (
        <Requests host={host} vm={vm} requests={value.requests} onDone={ask} />
      )}
    </section>
  );
}

type Request = AnswerOf<'agent'>['requests'][number];

interface RequestsProps {
  readonly host: number;
  readonly vm: string;
  readonly requests: readonly Request[];
  readonly onDone: () => void;
}

/** What it was asked, the latest first. */
function Requests({ host, vm, requests, onDone }: RequestsProps) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const format = useFormat();
  const save = async ({ id, what }: Request): Promise<void> => {
    const file = await client.ask(host, 'agent-file', { vm, request: id }).catch(failureOf);
    if (file.ok) saveFile(file.value.value, what.slice(what.lastIndexOf('/') + 1));
    else tellError(file.error);
  };
  return (
    <ScrollX label={t('agent.requests')}>
      <table className={table['table']}>
        <thead>
          <tr>
            <th>{t('agent.request')}</th>
            <th>{t('agent.state')}</th>
            <th>{t('agent.answer')}</th>
          </tr>
        </thead>
        <tbody>
          {[...requests].reverse().map((each) => (
            <tr key={each.id}>
              <td>
                {t(`agent.asks.${each.request}`)} <span className={texts['mono']}>{each.what}</span>
              </td>
              <td>
                {t(`agent.states.${each.state}`)}
                {each.totalBytes === 0 ? null : ` ${format.usedOf(each.doneBytes, each.totalBytes)}`}
                {each.state === 'waiting' && each.totalBytes > 0 ? (
                  <Progress
                    value={(100 * each.doneBytes) / each.totalBytes}
                    aria-label={t('agent.progress')}
                  />
                ) : null}
              </td>
              <td>
                {each.answer}{' '}
                {each.state === 'waiting' ? (
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() =>
                      void command(host, { op: 'vm.cancelRequest', args: { vm, request: each.id } }).then(
                        onDone,
                      )
                    }
                  >
                    {t('common.cancel')}
                  </Button>
                ) : null}
                {each.state === 'done' && each.request === 'get' ? (
                  <Button size="compact-xs" variant="default" onClick={() => void save(each)}>
                    {t('agent.save')}
                  </Button>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
