/** What a spanning tree counts. */
export const TREE_COUNTERS = [
  {
    id: 'discardedIn',
    unit: 'count',
    text: { en: 'came by a port that discards', zh: '从丢弃状态的端口进入' },
  },
  {
    id: 'discardedOut',
    unit: 'count',
    text: { en: 'would leave by a port that discards', zh: '本应从丢弃状态的端口离开' },
  },
  { id: 'sent', unit: 'count', text: { en: 'BPDUs sent', zh: '已发送 BPDU' } },
  { id: 'heard', unit: 'count', text: { en: 'BPDUs heard', zh: '已接收 BPDU' } },
  { id: 'malformed', unit: 'count', text: { en: 'BPDUs that cannot be read', zh: '无法解析的 BPDU' } },
  {
    id: 'guarded',
    unit: 'count',
    text: { en: 'BPDUs from who is no switch', zh: '来自非交换机端口的 BPDU' },
  },
  { id: 'changes', unit: 'count', text: { en: 'changes of the topology', zh: '拓扑变更' } },
  {
    id: 'flushed',
    unit: 'count',
    text: { en: 'times that addresses of a port were forgotten', zh: '清除端口地址的次数' },
  },
] as const;
export type TreeCounter = (typeof TREE_COUNTERS)[number]['id'];
