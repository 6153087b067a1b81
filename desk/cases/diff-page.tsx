/** A patch to be read; whatever is no patch is shown as text. */
import { parsePatch, type StructuredPatch } from 'diff';
import type { JSX } from 'preact';
import { CodeBlock } from '../ui/index.ts';
import { CaseBar } from './case-bar.tsx';
import type { CaseModel } from './case-model.ts';

/** Lines of a patch that are shown. */
const MAX_LINES = 5000;

export interface DiffModel {
  readonly case: CaseModel;
  readonly name: string;
  readonly file: string;
  /** Null where it is too long for a page. */
  readonly patch: string | null;
}

export function diffPage(
  { case: file, name, file: id, patch }: DiffModel,
  { now }: { readonly now: string },
): JSX.Element {
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>{name}</h1>
      <p class="wide">
        <a href={`/cases/${file.id}/files/${id}`}>Download it</a>
      </p>
      {patch === null ? <p>It is too long to be shown here.</p> : <Shown name={name} patch={patch} />}
    </>
  );
}

function Shown({ name, patch }: { readonly name: string; readonly patch: string }): JSX.Element {
  const files = filesOf(patch);
  if (files === null) return <CodeBlock text={patch} label={name} />;
  return (
    <>
      {files.map((one) => (
        <FileDiff key={one.newFileName} {...one} />
      ))}
    </>
  );
}

/** Null for what is no unified diff, or too long a one. */
export function filesOf(patch: string): StructuredPatch[] | null {
  if (patch.split('\n', MAX_LINES + 1).length > MAX_LINES) return null;
  try {
    const files = parsePatch(patch).filter(({ hunks }) => hunks.length > 0);
    return files.length === 0 ? null : files;
  } catch {
    // A file of a reporter: text like any other.
    return null;
  }
}

function FileDiff({ oldFileName, newFileName, hunks }: StructuredPatch): JSX.Element {
  const name = newFileName === '/dev/null' ? oldFileName : newFileName;
  return (
    <section aria-label={name}>
      <h2>
        <code>{name}</code>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <pre class="diff" tabIndex={0}>
        {hunks.map(({ oldStart, newStart, lines }) => [
          <span class="quiet">{`@@ -${oldStart} +${newStart} @@\n`}</span>,
          ...lines.map(diffLine),
        ])}
      </pre>
    </section>
  );
}

/** The sign stays before each line, so that no colour stands alone. */
function diffLine(line: string): JSX.Element | string {
  if (line.startsWith('+')) return <ins>{`${line}\n`}</ins>;
  return line.startsWith('-') ? <del>{`${line}\n`}</del> : `${line}\n`;
}
