/** What the VM's disks lie on, and the layers that they have sealed, as a tree: sealed while it runs, gone back to while it is off. */
import { Button } from '@mantine/core';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnswerOf } from '#bridge/protocol/answers';
import type { Command } from '#bridge/protocol/lab-api';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useAnswer, useClient, useCommand, useFormat, useLab } from '../../../parts/lab.tsx';
import css from './devices.module.css';

type LayeredDisk = AnswerOf<'disk-layers'>[number];
type Node = LayeredDisk['tree'][number];

/** Digits of a name by which people tell layers apart. */
const SHORT_NAME = 12;

/** How far in a layer stands: as many steps as layers lie below it, the image that all of them lie on among them. */
function depthOf(node: Node, tree: readonly Node[]): number {
  const below = tree.find(({ layer }) => layer === node.below);
  if (below !== undefined) return 1 + depthOf(below, tree);
  return node.below === undefined ? 0 : 1;
}

/** Images that a disk lies on which it has not sealed itself: the roots of its tree. */
function imagesOf({ below, tree }: LayeredDisk): readonly string[] {
  const all = tree.length === 0 ? [below] : tree.map((node) => node.below);
  const own = new Set(tree.map(({ layer }) => layer));
  return [...new Set(all)].filter((layer) => layer !== undefined && !own.has(layer)) as string[];
}

/** Disks of other VMs that began on an image. */
function useOthersOn(host: number, vm: string): (image: string) => readonly string[] {
  const vms = useLab()?.hosts[host]?.vms ?? [];
  return (image) =>
    vms.flatMap(({ spec: { name, disks } }) =>
      name === vm
        ? []
        : disks.flatMap(({ content }, disk) =>
            content?.kind === 'layered' && content['layer'] === image ? [`${name}/${disk}`] : [],
          ),
    );
}

interface DiskProps {
  readonly host: number;
  readonly disk: LayeredDisk;
  readonly vm: string;
  /** It is off: its disks may be put on other layers. */
  readonly isOff: boolean;
  readonly give: (command: Command) => void;
}

function DiskLayers({ host, disk: all, vm, isOff, give }: DiskProps) {
  const { disk, ownBytes, below, tree } = all;
  const images = imagesOf(all);
  const othersOn = useOthersOn(host, vm);
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <div className={layout['row-wrap']}>
        <span>
          {t('layers.above', {
            disk,
            bytes: format.bytes(ownBytes),
            layer: below?.slice(0, SHORT_NAME) ?? t('layers.nothing'),
          })}
        </span>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() =>
            give({ op: 'vm.sealDisk', args: { vm, disk, title: t('layers.sealed', { n: tree.length + 1 }) } })
          }
        >
          {t('layers.seal')}
        </Button>
      </div>
      {tree.length + images.length === 0 ? null : (
        <ScrollX label={t('layers.title')}>
          <table className={table['table']}>
            <tbody>
              {images.map((image) => {
                const others = othersOn(image);
                return (
                  <tr key={image} aria-current={image === below} data-testid="layer-image">
                    <td>{t('layers.image')}</td>
                    <td className={texts['mono']} title={image}>
                      {image.slice(0, SHORT_NAME)}
                    </td>
                    <td />
                    <td className={texts['quiet']}>
                      {others.length === 0 ? '' : t('layers.others', { disks: others.join(', ') })}
                    </td>
                  </tr>
                );
              })}
              {tree.map((node) => (
                <tr key={node.layer} aria-current={node.layer === below}>
                  <td>
                    <span
                      className={css['layer']}
                      style={{ '--depth': depthOf(node, tree) } as CSSProperties}
                    >
                      {node.title}
                    </span>
                  </td>
                  <td className={texts['mono']} title={node.layer}>
                    {node.layer.slice(0, SHORT_NAME)}
                  </td>
                  <td className={table['number']}>{format.bytes(node.bytes)}</td>
                  <td>
                    <div className={layout['row']}>
                      <Button
                        size="compact-xs"
                        variant="default"
                        disabled={!isOff || node.layer === below}
                        title={isOff ? undefined : t('layers.whenOff')}
                        onClick={() => give({ op: 'vm.useLayer', args: { vm, disk, layer: node.layer } })}
                      >
                        {t('layers.use')}
                      </Button>
                      <Button
                        size="compact-xs"
                        variant="default"
                        onClick={() => give({ op: 'vm.forgetLayer', args: { vm, disk, layer: node.layer } })}
                      >
                        {t('layers.forget')}
                      </Button>
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
    </>
  );
}

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly isOff: boolean;
}

export function LayerTable({ host, vm, isOff }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const { value: disks, ask } = useAnswer(() => client.ask(host, 'disk-layers', { vm }), 1000, [host, vm]);
  if (disks === null || disks.length === 0) return null;
  const give = (given: Command): void => void command(host, given).then(ask);
  return (
    <>
      <h3>{t('layers.title')}</h3>
      {disks.map((disk) => (
        <DiskLayers key={disk.disk} {...{ host, disk, vm, isOff, give }} />
      ))}
    </>
  );
}
