/** The file that came out of a VM last, by its guest agent. */
import { fail, ok } from '#base/result';
import { defineVmQuestion, type OfVm, type Question } from '../../../questions/question.ts';
import { whole } from '../../../shapes/values.ts';

interface OfRequest {
  readonly request: number;
}

export const agentFile: Question<'agent-file', OfVm & OfRequest, Uint8Array> = defineVmQuestion({
  id: 'agent-file',
  text: {
    en: 'a file that was taken out of a VM by its guest agent',
    zh: '由客户机代理从虚拟机取出的文件',
  },
  more: { request: whole({ least: 1, most: 0xffff }) },
  ask({ agent }, { request }) {
    const job = agent.jobs.find(({ id }) => id === request);
    const isHere = job?.request === 'get' && job.state === 'done';
    // Another one may have taken its place since.
    return isHere && job.content.length === job.doneBytes
      ? ok(job.content.slice())
      : fail('agent.noFile', { request });
  },
});
