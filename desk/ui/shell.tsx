import type { ComponentChildren, JSX } from 'preact';
import { SearchForm, type SearchFormProps } from './search-form.tsx';

export interface NavItem {
  readonly href: string;
  readonly label: string;
  /** Whether this is the page, or the part of the site that the page is in. */
  readonly current?: boolean;
}

export interface ShellProps {
  /** Text of the title bar, whole. */
  readonly title: string;
  readonly siteName: string;
  readonly home: string;
  readonly nav: readonly NavItem[];
  /** A small search form in the header; absent where the page has a large one. */
  readonly search?: SearchFormProps;
  /** Elements of `head` besides title, charset and viewport. */
  readonly head?: ComponentChildren;
  readonly footer: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A whole document but for its doctype: skip link, header with navigation, `main`, footer. The page brings its h1. */
export function Shell(props: ShellProps): JSX.Element {
  const { title, siteName, home, nav, search, head, footer, children } = props;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {head}
        <title>{title}</title>
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header class="head page">
          <a class="head-name" href={home}>
            {siteName}
          </a>
          <Nav items={nav} />
          {search === undefined ? null : <SearchForm {...search} />}
        </header>
        <main class="page" id="content" tabIndex={-1}>
          {children}
        </main>
        <footer class="foot page">{footer}</footer>
      </body>
    </html>
  );
}

function Nav({ items }: { readonly items: readonly NavItem[] }): JSX.Element {
  return (
    <nav class="nav" aria-label="Site">
      <ul>
        {items.map(({ href, label, current }) => (
          <li key={href}>
            <a href={href} aria-current={current === true ? 'page' : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
