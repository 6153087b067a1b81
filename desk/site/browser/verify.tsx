/** The form of `/verify/`. What verifies is loaded when there is something to verify. */
import { type JSX, render } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { Notice } from '../../ui/index.ts';
import { VerifyResult } from '../verify-result.tsx';

/** Bytes of all files that are read at once. */
const MOST = 512 * 1024 * 1024;

const root = document.getElementById('verify');
if (root !== null) {
  root.replaceChildren();
  render(<VerifyForm base={root.dataset.base ?? ''} program={root.dataset.program ?? ''} />, root);
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working' }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'done'; readonly result: JSX.Element };

interface VerifyFormProps {
  readonly base: string;
  /** Address of the module that verifies, `verify-file.ts`. */
  readonly program: string;
}

/** Browsers take files that are dropped on the field as those that were chosen. */
function VerifyForm({ base, program }: VerifyFormProps): JSX.Element {
  const [state, become] = useState<State>({ kind: 'idle' });
  const take = async (files: readonly File[]): Promise<void> => {
    if (files.length === 0) return;
    become({ kind: 'working' });
    become(await verified({ base, program }, files));
  };
  useLayoutEffect(() => {
    if (state.kind === 'done') document.getElementById('result')?.focus();
  }, [state]);
  return (
    <>
      <div class="field">
        <label for="files">Choose a file, or drop it here</label>
        <input
          id="files"
          type="file"
          multiple
          aria-describedby="files-hint"
          onChange={(event) => void take([...(event.currentTarget.files ?? [])])}
        />
        <p class="hint" id="files-hint">
          With its proof, a file that ends in .tlog-proof, the log is not even asked.
        </p>
      </div>
      <div role="status">
        <Outcome state={state} />
      </div>
    </>
  );
}

async function verified({ base, program }: VerifyFormProps, files: readonly File[]): Promise<State> {
  if (files.reduce((sum, { size }) => sum + size, 0) > MOST)
    return { kind: 'failed', problem: 'more than 512 MB at once are more than is read here' };
  try {
    // The bundler leaves an address that it does not know; what stands there is this module.
    const { verifyFiles } = (await import(program)) as typeof import('./verify-file.ts');
    const given = await Promise.all(
      files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
    );
    return { kind: 'done', result: <VerifyResult files={await verifyFiles(base, given)} /> };
  } catch (error) {
    return { kind: 'failed', problem: error instanceof Error ? error.message : 'it could not be read' };
  }
}

function Outcome({ state }: { readonly state: State }): JSX.Element | null {
  if (state.kind === 'idle') return null;
  if (state.kind === 'working') return <p>Verifying …</p>;
  if (state.kind === 'done') return state.result;
  return (
    <Notice signal="warning">
      <p>It could not be verified: {state.problem}.</p>
    </Notice>
  );
}
