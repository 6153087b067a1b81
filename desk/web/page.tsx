/** The frame of the desk's pages. */
import type { ComponentChildren, JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Principal } from '../access/index.ts';
import { type NavItem, Shell } from '../ui/index.ts';
import type { WebError } from './errors.ts';
import type { Route, Shown } from './route.ts';

export interface PageFrame {
  /** What the desk is called. */
  readonly name: string;
  /** Addresses of assets, by name: `style.css`. */
  readonly assets: Readonly<Record<string, string>>;
}

const MEMBER: readonly (readonly [href: string, label: string])[] = [
  ['/', 'Today'],
  ['/cases', 'Cases'],
  ['/findings', 'Findings'],
  ['/numbers', 'Numbers'],
  ['/people', 'People'],
  ['/account', 'Account'],
];

const OTHERS: readonly (readonly [href: string, label: string])[] = [
  ['/report', 'Report a vulnerability'],
  ['/sign-in', 'Sign in'],
];

function navOf(principal: Principal, path: string): NavItem[] {
  const items = principal.kind === 'member' ? MEMBER : OTHERS;
  return items.map(([href, label]) => ({
    href,
    label,
    current: href === path || (href !== '/' && path.startsWith(`${href}/`)),
  }));
}

export function pageOf(frame: PageFrame, route: Route, content: ComponentChildren, shown: Shown): string {
  const { principal } = shown;
  return documentOf(
    frame,
    { title: route.title, path: route.path, principal, scripts: route.scripts ?? [] },
    content,
  );
}

interface About {
  readonly title: string;
  readonly path: string;
  readonly principal: Principal;
  readonly scripts: readonly string[];
}

function documentOf(frame: PageFrame, about: About, content: ComponentChildren): string {
  const asset = (name: string): string => `/${frame.assets[name] ?? ''}`;
  const html = renderToString(
    <Shell
      title={`${about.title} · ${frame.name}`}
      siteName={frame.name}
      home="/"
      nav={navOf(about.principal, about.path)}
      head={
        <>
          <link rel="icon" href={asset('icon.svg')} type="image/svg+xml" />
          <link rel="stylesheet" href={asset('style.css')} />
          {about.scripts.map((name) => (
            <script key={name} type="module" src={asset(name)} />
          ))}
        </>
      }
      footer={<Footer />}
    >
      {content}
    </Shell>,
  );
  return `<!doctype html>\n${html}\n`;
}

function Footer(): JSX.Element {
  return <p>Everything here is recorded. What is under embargo stays here until its instant.</p>;
}

/** The same for what is not there and for what is not for whoever asks. */
export function errorPage(frame: PageFrame, error: WebError, status: number, back: string): string {
  const about = {
    title: TITLES[status] ?? 'Not done',
    path: '',
    principal: { kind: 'anonymous' } as const,
    scripts: [],
  };
  return documentOf(
    frame,
    about,
    <>
      <h1>{about.title}</h1>
      <p class="lead">{error.problem}</p>
      {status === 404 ? (
        <p>
          If you are a member, <a href={`/sign-in?next=${encodeURIComponent(back)}`}>sign in</a>; if somebody
          sent you a link, open it again.
        </p>
      ) : null}
      {error.code === 'prove' ? (
        <p>
          <a href={`/prove?next=${encodeURIComponent(back)}`}>Use your passkey</a>, then do it again.
        </p>
      ) : null}
    </>,
  );
}

const TITLES: Readonly<Record<number, string>> = {
  403: 'Not done',
  404: 'Nothing here',
  409: 'Not done',
  413: 'Too large',
  422: 'Not as it must be',
  429: 'Too much at once',
  500: 'That went wrong',
};
