/** The pages of the web server, as people read them in either language. */
import { FILES } from './files.ts';

export interface WebPage {
  readonly type: string;
  readonly body: string;
}

/** What a page knows of its visit. */
export interface Visit {
  /** Of the server. */
  readonly name: string;
  /** Address and port that the visitor comes from. */
  readonly visitor: string;
}

const HTML = 'text/html; charset=utf-8';
const TEXT = 'text/plain; charset=utf-8';

function html(title: string, body: string): WebPage {
  const head = `<!doctype html>\n<meta charset="utf-8">\n<title>${title}</title>\n<h1>${title}</h1>\n`;
  return { type: HTML, body: `${head}${body}\n` };
}

const PAGES: Readonly<Record<string, (visit: Visit) => WebPage>> = {
  '/': ({ name }) =>
    html(
      `Welcome to ${name}`,
      `<p>You have left your network: this page comes from beyond the gateway.</p>
<p lang="zh">你已经走出自己的网络：本页来自网关之外。</p>
<ul>
<li><a href="/you">/you</a>: who you are, seen from here · 从这里看你是谁</li>
<li><a href="/files/">/files/</a>: files, with their SHA-256 · 文件及其 SHA-256</li>
</ul>`,
    ),
  // As text, so that a shell can compare it with the station's own address.
  '/you': ({ visitor }) => ({ type: TEXT, body: `${visitor}\n` }),
  '/files/': () =>
    html(
      'Files · 文件',
      `<ul>\n${FILES.map(
        ({ name, bytes }) =>
          `<li><a href="/files/${name}">${name}</a> (${bytes} bytes), <a href="/files/${name}.sha256">SHA-256</a></li>`,
      ).join('\n')}\n</ul>`,
    ),
  ...Object.fromEntries(
    // As sha256sum writes and checks it.
    FILES.map(({ name, sha256 }) => [
      `/files/${name}.sha256`,
      () => ({ type: TEXT, body: `${sha256}  ${name}\n` }),
    ]),
  ),
};

export function pageAt(path: string, visit: Visit): WebPage | undefined {
  return Object.hasOwn(PAGES, path) ? PAGES[path]?.(visit) : undefined;
}
