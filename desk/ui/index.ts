/**
 * ui: the look, as Preact components that know no case. They render on the server and in a browser alike; colours,
 * sizes and spaces are custom properties in `tokens.css`, everything else is in `style.css`. No component needs
 * script, an inline style or an inline handler, so that pages hold under `default-src 'none'`.
 *
 * Words: a *signal* is one of four colours, each with a word and a shape; a *run* is neighbouring releases of one
 * state on a version line.
 */
export { type Bar, Bars, type BarsProps } from './bars.tsx';
export { CodeBlock } from './code-block.tsx';
export { CONTENT_SECURITY_POLICY } from './content-policy.ts';
export { type Definition, Definitions, Numbers } from './definitions.tsx';
export {
  Area,
  type AreaProps,
  Choices,
  type ChoicesProps,
  Field,
  type FieldProps,
  type Option,
  Radios,
  type RadiosProps,
  Secret,
  SelectField,
  type SelectFieldProps,
} from './form.tsx';
export { Instant, instantWords, spanWords } from './instant.tsx';
export { type Link, Links, Pager, type RecordItem, Records } from './lists.tsx';
export { Markdown } from './markdown.tsx';
export { SearchForm, type SearchFormProps } from './search-form.tsx';
export { type NavItem, Shell, type ShellProps } from './shell.tsx';
export { Notice, type Signal, type SignalProps, Tag } from './signals.tsx';
export { type Column, Table, type TableProps } from './table.tsx';
export { type LineRelease, type Run, runsOf, VersionLine, type VersionLineProps } from './version-line.tsx';
