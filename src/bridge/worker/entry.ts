/** The worker: one lab service behind Comlink. */
import { expose } from 'comlink';
import teachingUrl from '../../guests/teaching-kernel/image/kernel.elf?url';
import { webFetcher } from './images.ts';
import { LabService } from './lab-service.ts';

expose(new LabService({ fetcher: webFetcher, teachingUrl: new URL(teachingUrl, import.meta.url).href }));
