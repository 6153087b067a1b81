/** The form of `/verify/`. What verifies is loaded when there is something to verify. */
import { typedMirrorPath } from 'cpansec/cpan';
import { type JSX, render } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Notice } from '../../ui/index.ts';
import { VerifyResult } from '../verify-result.tsx';
import type { GivenFiles } from './verify-file.ts';

const root = document.getElementById('verify');
if (root !== null) {
  root.replaceChildren();
  render(<VerifyForm base={root.dataset.base ?? ''} program={root.dataset.program ?? ''} />, root);
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'no-path' }
  | { readonly kind: 'working'; readonly percent: number }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'done'; readonly files: Parameters<typeof VerifyResult>[0]['files'] };

interface VerifyFormProps {
  readonly base: string;
  /** Address of the module that verifies, `verify-file.ts`. */
  readonly program: string;
}

/** What is to be verified: files with their proofs, and what was said of where they are from. */
interface Asked {
  readonly files: readonly File[];
  readonly path: string;
}

function VerifyForm(props: VerifyFormProps): JSX.Element {
  const [state, become] = useState<State>({ kind: 'idle' });
  const [files, choose] = useState<readonly File[]>([]);
  const [path, say] = useState('');
  const last = useRef({ path: '', turn: new AbortController() });
  const verify = async (asked: Asked): Promise<void> => {
    choose(asked.files);
    say(asked.path);
    last.current.turn.abort();
    const turn = new AbortController();
    last.current = { path: asked.path, turn };
    const progress = (part: number): void => become({ kind: 'working', percent: Math.floor(100 * part) });
    progress(0);
    const next = await verified(props, asked, { signal: turn.signal, progress });
    // Whoever chose something else meanwhile waits for that.
    if (!turn.signal.aborted) become(next);
  };
  // What was said of the files before is not said of these.
  const take = (chosen: readonly File[]): void => {
    if (chosen.length > 0) void verify({ files: chosen, path: path === last.current.path ? '' : path });
  };
  useLayoutEffect(() => {
    if (state.kind === 'done') document.getElementById('result')?.focus();
    if (state.kind === 'no-path') document.getElementById('path')?.focus();
  }, [state]);
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void verify({ files, path });
        }}
      >
        <FilesField take={take} />
        <PathField path={path} say={say} wrong={state.kind === 'no-path'} />
        <p>
          <button type="submit">Verify</button>
        </p>
      </form>
      <div role="status">
        <Outcome state={state} confirm={(said) => void verify({ files, path: said })} />
      </div>
    </>
  );
}

async function verified(
  { base, program }: VerifyFormProps,
  { files, path: text }: Asked,
  course: Pick<GivenFiles, 'signal' | 'progress'>,
): Promise<State> {
  if (files.length === 0) return { kind: 'failed', problem: 'choose the file first' };
  const path = text.trim() === '' ? null : typedMirrorPath(text);
  if (path === null && text.trim() !== '') return { kind: 'no-path' };
  try {
    // The bundler leaves an address that it does not know; what stands there is this module.
    const { verifyFiles } = (await import(program)) as typeof import('./verify-file.ts');
    return { kind: 'done', files: await verifyFiles(base, { files, path, ...course }) };
  } catch (error) {
    return { kind: 'failed', problem: error instanceof Error ? error.message : 'it could not be read' };
  }
}

/** Browsers take files that are dropped on the field as those that were chosen. */
function FilesField({ take }: { readonly take: (files: readonly File[]) => void }): JSX.Element {
  return (
    <div class="field">
      <label for="files">Choose a file, or drop it here</label>
      <input
        id="files"
        type="file"
        multiple
        aria-describedby="files-hint"
        onChange={({ currentTarget }) => take([...(currentTarget.files ?? [])])}
      />
      <p class="hint" id="files-hint">
        With its proof, a file that ends in .tlog-proof, the log is not even asked.
      </p>
    </div>
  );
}

interface PathFieldProps {
  readonly path: string;
  readonly say: (path: string) => void;
  readonly wrong: boolean;
}

function PathField({ path, say, wrong }: PathFieldProps): JSX.Element {
  return (
    <div class="field">
      <label for="path">Where it is from, if you know it</label>
      <input
        id="path"
        value={path}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        aria-describedby={wrong ? 'path-problem path-hint' : 'path-hint'}
        aria-invalid={wrong ? 'true' : undefined}
        onInput={({ currentTarget }) => say(currentTarget.value)}
      />
      {wrong ? (
        <p class="problem" id="path-problem">
          This is no path on CPAN, and no address that ends in one.
        </p>
      ) : null}
      <p class="hint" id="path-hint">
        The address that you fetched it from, or its path on CPAN, such as
        authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz. Anybody may upload a file of any name: only the path says
        whose it is.
      </p>
    </div>
  );
}

interface OutcomeProps {
  readonly state: State;
  readonly confirm: (path: string) => void;
}

function Outcome({ state, confirm }: OutcomeProps): JSX.Element | null {
  if (state.kind === 'idle' || state.kind === 'no-path') return null;
  if (state.kind === 'working') return <Working percent={state.percent} />;
  if (state.kind === 'done') return <VerifyResult files={state.files} confirm={confirm} />;
  return (
    <Notice signal="warning">
      <p>It could not be verified: {state.problem}.</p>
    </Notice>
  );
}

/** What changes in a live region would be read out again and again: the words stay. */
function Working({ percent }: { readonly percent: number }): JSX.Element {
  return (
    <p>
      Verifying … <progress value={percent} max={100} aria-label="Read" />
    </p>
  );
}
